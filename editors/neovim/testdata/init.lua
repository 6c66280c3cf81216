-- The init.lua of a user who has installed the plugin and set its options.
if jit and vim.fn.has('nvim-0.10') == 0 then
  jit.off() -- Debian 12's LuaJIT crashes one start of Neovim 0.7 in thirty, in what it has compiled of Neovim's own vim.tbl_extend
  jit.flush()
end
vim.opt.runtimepath:prepend(os.getenv('DOCKWRIGHT_PLUGIN'))
vim.opt.runtimepath:prepend(vim.fn.fnamemodify(os.getenv('DOCKWRIGHT_HELP'), ':h'))
require('dockwright').setup({
  binary = os.getenv('DOCKWRIGHT_BINARY'),
  trust = 'trusted',
  settings = { engine = { host = os.getenv('DOCKWRIGHT_HOST') } },
})
