-- What the tests of the plugin share: waiting, the user's answers, and what the user has been told.
local M = { told = {}, asked = {}, answers = {} }

-- Nothing is waited for that long in a test that passes.
local patience = 60000

function M.fail(message, ...)
  error(string.format(message, ...), 0)
end

--- wait waits until f gives something, and returns that.
function M.wait(what, f)
  local got
  if not vim.wait(patience, function()
    got = f()
    return got and true or false
  end, 10) then
    local shown = {}
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local bufnr = vim.api.nvim_win_get_buf(window)
      table.insert(shown, '== ' .. vim.api.nvim_buf_get_name(bufnr) .. '\n' .. M.text(bufnr))
    end
    M.fail('%s does not come.\nTold: %s\nAsked: %s\nMessages: %s\nWindows: %s', what, vim.inspect(M.told), vim.inspect(M.asked), vim.fn.execute('messages'), table.concat(shown, '\n'))
  end
  return got
end

--- hear waits until the user has been told a text, and forgets it.
function M.hear(text)
  return M.wait('"' .. text .. '"', function()
    for i, message in ipairs(M.told) do
      if message:find(text, 1, true) then
        return table.remove(M.told, i)
      end
    end
  end)
end

--- question waits until the user has been asked something.
function M.question(text)
  M.wait('the question "' .. text .. '"', function()
    for _, asked in ipairs(M.asked) do
      if asked:find(text, 1, true) then
        return true
      end
    end
  end)
end

--- answer says what to pick in the next question: the item whose title has the text.
function M.answer(text) table.insert(M.answers, text) end

function M.text(bufnr) return table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') end

--- buffer waits for a buffer whose name has one text and whose content has the other.
function M.buffer(name, text)
  return M.wait(string.format('a buffer %s with "%s"', name, text), function()
    for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_is_loaded(bufnr) and vim.api.nvim_buf_get_name(bufnr):find(name, 1, true) and M.text(bufnr):find(text, 1, true) then
        return bufnr
      end
    end
  end)
end

--- at puts the cursor on the line of a buffer's window that has the text.
function M.at(bufnr, text)
  local window = vim.fn.bufwinid(bufnr)
  vim.api.nvim_set_current_win(window)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(window, { i, column - 1 })
      return i
    end
  end
  M.fail('there is no %s in %s', text, M.text(bufnr))
end

--- lens waits for a lens whose title has the text.
function M.lens(bufnr, text)
  M.wait('the lens ' .. text, function()
    for _, lens in ipairs(vim.lsp.codelens.get(vim.fn.has('nvim-0.12') == 1 and { bufnr = bufnr } or bufnr)) do
      if (lens.command or lens.lens.command).title:find(text, 1, true) then
        return true
      end
    end
  end)
end

--- press presses keys as a user does, with the mappings.
function M.press(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), 'mx', false)
end

--- find gives the diagnostic of that rule and the text that it marks.
function M.find(bufnr, rule)
  for _, d in ipairs(vim.diagnostic.get(bufnr)) do
    if d.code == rule or (d.user_data and d.user_data.lsp and d.user_data.lsp.code == rule) then
      local line = vim.api.nvim_buf_get_lines(bufnr, d.lnum, d.lnum + 1, true)[1]
      return d, line:sub(d.col + 1, d.end_lnum == d.lnum and d.end_col or #line)
    end
  end
end

--- close closes all windows but an empty one.
function M.close()
  vim.cmd('stopinsert')
  vim.cmd('topleft new')
  vim.cmd('only!')
end

local function take(items, format)
  local wanted = table.remove(M.answers, 1)
  if not wanted then
    return nil
  end
  for _, item in ipairs(items) do
    if format(item):find(wanted, 1, true) then
      return item
    end
  end
  M.unfit = string.format('none of %s is %s', vim.inspect(vim.tbl_map(format, items)), wanted)
end

vim.notify = function(message) table.insert(M.told, tostring(message)) end
vim.ui.select = function(items, options, done)
  table.insert(M.asked, options.prompt)
  done(take(items, options.format_item or tostring))
end
vim.fn.inputlist = function(lines) -- 0.7 asks the server's questions so
  table.insert(M.asked, lines[1])
  local choice = take(vim.list_slice(lines, 2), tostring)
  return choice and tonumber(choice:match('^%d+')) or 0
end
vim.ui.input = function(options, done)
  table.insert(M.asked, options.prompt)
  M.offered = options.default
  done(table.remove(M.answers, 1))
end

--- run runs a test when Neovim has started, and ends Neovim with its outcome.
function M.run(name, test)
  local function report()
    local ok, fault = xpcall(test, function(e) return type(e) == 'string' and not e:find('^[^\n]*%.lua:') and e or debug.traceback(e) end)
    if ok and M.unfit then
      ok, fault = false, M.unfit
    end
    local faults = require('dockwright.report').faults
    if ok and #faults > 0 then
      ok, fault = false, 'faults of the plugin: ' .. table.concat(faults, '\n')
    end
    if ok and vim.fn.execute('messages'):find('E%d+:') then
      ok, fault = false, 'errors: ' .. vim.fn.execute('messages')
    end
    if not ok then
      io.stderr:write('FAIL ' .. name .. ': ' .. tostring(fault) .. '\n')
      vim.cmd('cquit 1')
    end
    local compat = require('dockwright.compat') -- Neovim 0.12 may end by SIGPIPE where it ends while it talks to a server
    for _, client in ipairs(compat.clients()) do
      compat.stop(client)
      vim.wait(patience, function() return vim.lsp.get_client_by_id(client.id) == nil end, 10)
    end
    local v = vim.version()
    io.stdout:write(string.format('PASS %s in Neovim %d.%d.%d\n', name, v.major, v.minor, v.patch))
    vim.cmd('qall!')
  end
  vim.defer_fn(report, 1) -- by then VimEnter is through
end

return M
