--- Buffers that show something and are not files: results, logs, plans.
local config = require('dockwright.config')
local report = require('dockwright.report')

local M = {}

--- buffer makes a buffer with that name, or finds it again.
function M.buffer(name)
  name = 'dockwright://' .. name
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(bufnr) == name and vim.api.nvim_buf_is_valid(bufnr) then
      if vim.api.nvim_buf_is_loaded(bufnr) then
        return bufnr
      end
      vim.api.nvim_buf_delete(bufnr, { force = true })
    end
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.bo[bufnr].buftype = 'nofile'
  vim.bo[bufnr].bufhidden = 'hide'
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].undolevels = -1
  M.map(bufnr, 'n', 'q', M.quit, 'close the window')
  return bufnr
end

--- map makes a key of a buffer.
function M.map(bufnr, modes, key, f, doc)
  for mode in modes:gmatch('.') do
    vim.keymap.set(mode, key, report.guard(f), { buffer = bufnr, silent = true, nowait = true, desc = doc })
  end
end

--- quit closes the window and goes back to the one from which it was opened.
function M.quit()
  local from = vim.w.dockwright_from
  if #vim.api.nvim_tabpage_list_wins(0) == 1 then
    return vim.cmd('enew')
  end
  vim.cmd('close')
  if from and vim.api.nvim_win_is_valid(from) then
    vim.api.nvim_set_current_win(from)
  end
end

--- reusable is a window that shows what is over: a result, or the output of something that has ended; nil if none does.
local function reusable()
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local name = vim.api.nvim_buf_get_name(vim.api.nvim_win_get_buf(window))
    if vim.w[window].dockwright_free and name:find('^dockwright://') then
      return window
    end
  end
end

--- free lets what comes next have the windows of a buffer.
function M.free(bufnr)
  for _, window in ipairs(bufnr and vim.fn.win_findbuf(bufnr) or {}) do
    vim.w[window].dockwright_free = true
  end
end

--- show opens a window on a buffer, or goes to the one that it has, and returns it. options: keep, the cursor stays where it is;
--- how, the command that opens the window; reuse, a window that is free will do; free, what comes next may have the window; table, long
--- lines go on beyond the window's edge.
function M.show(bufnr, options)
  options = options or {}
  local before = vim.api.nvim_get_current_win()
  local window = vim.fn.bufwinid(bufnr)
  if window == -1 then
    window = options.reuse and reusable()
    if window then
      vim.api.nvim_set_current_win(window)
    else
      vim.cmd(options.how or config.options.window)
      window = vim.api.nvim_get_current_win()
      vim.wo[window].number, vim.wo[window].relativenumber, vim.wo[window].signcolumn, vim.wo[window].list = false, false, 'no', false
    end
    vim.api.nvim_win_set_buf(window, bufnr)
  end
  vim.wo[window].wrap = not options.table
  vim.w[window].dockwright_free = options.free or false
  if window ~= before then
    vim.w[window].dockwright_from = before
  end
  vim.api.nvim_set_current_win(options.keep and before or window)
  return window
end

--- set replaces lines of a buffer: first from 0, last exclusive, -1 the end.
function M.set(bufnr, first, last, lines)
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, first, last, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].modified = false
end

--- open shows lines in a window, and returns that and the buffer. options: filetype; actions, functions by line number for <CR>;
--- keep, the cursor stays where it is; how, the command that opens a window of its own; table, lines are not broken.
function M.open(name, lines, options)
  options = options or {}
  local bufnr = M.buffer(name)
  local flat = {}
  for _, line in ipairs(lines) do
    vim.list_extend(flat, vim.split(line, '\n', { plain = true }))
  end
  M.set(bufnr, 0, -1, flat)
  if options.filetype then
    vim.bo[bufnr].filetype = options.filetype
  end
  if options.actions then
    M.map(bufnr, 'n', '<CR>', function()
      local action = options.actions[vim.api.nvim_win_get_cursor(0)[1]]
      if action then
        action()
      end
    end, 'do what the line says')
  end
  return M.show(bufnr, { keep = options.keep, how = options.how, reuse = not options.how, free = true, table = options.table }), bufnr
end

return M
