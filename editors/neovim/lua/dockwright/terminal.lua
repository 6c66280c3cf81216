--- Terminals on containers: the server gives the command line, Neovim's own terminal runs it.
local config = require('dockwright.config')
local report = require('dockwright.report')

local M = {}

--- open runs what container.terminal answered in a new window, and returns the buffer. Of a shell nothing stays when it ends;
--- what a new container wrote does, with keep.
function M.open(order, keep)
  local before = vim.api.nvim_get_current_win()
  vim.cmd(config.options.window)
  local bufnr = vim.api.nvim_create_buf(false, false)
  vim.api.nvim_win_set_buf(0, bufnr)
  local cwd = type(order.cwd) == 'string' and vim.fn.isdirectory(order.cwd) == 1 and order.cwd or vim.fn.getcwd()
  local options = { cwd = cwd, on_exit = report.guard(function(_, code)
    require('dockwright.panel').soon()
    if code == 125 then -- it did not come to it; the terminal says why
      report.warn(order.title .. ': the terminal could not be opened')
    elseif not keep and vim.api.nvim_buf_is_valid(bufnr) then
      M.close(bufnr, before)
    end
  end) }
  local start = vim.fn.termopen
  if vim.fn.has('nvim-0.11') == 1 then
    start, options.term = vim.fn.jobstart, true
  end
  local ok, started = pcall(start, order.argv, options)
  if not ok or started <= 0 then
    M.close(bufnr, before)
    return report.error('the terminal could not run ' .. table.concat(order.argv, ' ') .. (ok and '' or ': ' .. tostring(started)))
  end
  vim.b[bufnr].dockwright_title = order.title
  pcall(vim.api.nvim_buf_set_name, bufnr, string.format('dockwright://%s [%d]', order.title, bufnr))
  vim.cmd('startinsert')
  return bufnr
end

--- close takes a terminal away and goes back to where the user was before.
function M.close(bufnr, before)
  local here = vim.api.nvim_get_current_buf() == bufnr
  for _, window in ipairs(vim.fn.win_findbuf(bufnr)) do
    pcall(vim.api.nvim_win_close, window, true) -- the last one stays
  end
  if here then
    vim.cmd('stopinsert')
    if vim.api.nvim_win_is_valid(before) then
      vim.api.nvim_set_current_win(before)
    end
  end
  vim.api.nvim_buf_delete(bufnr, { force = true })
end

return M
