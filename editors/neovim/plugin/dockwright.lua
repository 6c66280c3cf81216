-- Defines :Dockwright, and has the server started with the first Dockerfile.
if vim.g.loaded_dockwright or vim.fn.has('nvim-0.7') == 0 then
  return
end
vim.g.loaded_dockwright = true

vim.api.nvim_create_user_command('Dockwright', function(command)
  require('dockwright').enable()
  require('dockwright.report').guard(require('dockwright.command').run)(command.args, command.bang)
end, {
  nargs = '*',
  bang = true,
  desc = 'Do something with Dockerfiles, containers or images',
  complete = function(...)
    return require('dockwright.report').guard(require('dockwright.command').complete)(...) or {}
  end,
})

if vim.v.vim_did_enter == 1 then
  vim.schedule(function() require('dockwright').enable() end) -- a setup() that follows at once comes first
else
  vim.api.nvim_create_autocmd('VimEnter', { once = true, callback = function() require('dockwright').enable() end })
end
