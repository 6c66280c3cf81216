--- Terminals on containers: the server gives the command line, Neovim's own terminal runs it.
local config = require('dockwright.config')
local report = require('dockwright.report')

local M = {}

--- open runs what container.terminal answered in a new window, and returns the buffer.
function M.open(order)
  vim.cmd(config.options.window)
  local bufnr = vim.api.nvim_create_buf(false, false)
  vim.api.nvim_win_set_buf(0, bufnr)
  local cwd = type(order.cwd) == 'string' and vim.fn.isdirectory(order.cwd) == 1 and order.cwd or vim.fn.getcwd()
  local options = { cwd = cwd, on_exit = function(_, code)
    require('dockwright.panel').soon()
    if code >= 125 then
      report.warn(string.format('%s ended with exit code %d', order.title, code))
    end
  end }
  local started
  if vim.fn.has('nvim-0.11') == 1 then
    options.term = true
    started = vim.fn.jobstart(order.argv, options)
  else
    started = vim.fn.termopen(order.argv, options)
  end
  if started <= 0 then
    return report.error('the terminal could not run ' .. table.concat(order.argv, ' '))
  end
  vim.b[bufnr].dockwright_title = order.title
  pcall(vim.api.nvim_buf_set_name, bufnr, string.format('%s [%d]', order.title, bufnr))
  vim.cmd('startinsert')
  return bufnr
end

return M
