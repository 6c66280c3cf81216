-- The init.lua of a user who has installed the plugin and set its options.
vim.opt.runtimepath:prepend(os.getenv('DOCKWRIGHT_PLUGIN'))
vim.opt.runtimepath:prepend(vim.fn.fnamemodify(os.getenv('DOCKWRIGHT_HELP'), ':h'))
require('dockwright').setup({
  binary = os.getenv('DOCKWRIGHT_BINARY'),
  trust = 'trusted',
  settings = { engine = { host = os.getenv('DOCKWRIGHT_HOST') } },
})
