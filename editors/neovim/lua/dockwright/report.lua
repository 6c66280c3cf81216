--- What the user is told, one line at a time. Faults of the plugin itself end here too: nobody sees a Lua traceback.
local M = {}

local levels = vim.log.levels

--- The tracebacks of the plugin's faults, for :checkhealth.
M.faults = {}

--- own tells whether vim.notify is Neovim's own, and not that of a plugin.
local function own()
  local source = type(vim.notify) == 'function' and debug.getinfo(vim.notify, 'S').source or ''
  return source == '?' or source:find('^@vim/') ~= nil -- the first where Neovim is built without the names of its files
end

local highlights = { [levels.WARN] = 'WarningMsg', [levels.ERROR] = 'ErrorMsg' }

--- tell shows a message. Neovim's own vim.notify has a key pressed where one is longer than the line or follows another; so it
--- is shown by :echomsg, which cuts it in the middle and keeps it whole for :messages, where the line is free.
local function tell(message, level)
  message = 'dockwright: ' .. message
  if not own() then
    return vim.notify(message, level)
  end
  vim.schedule(function()
    vim.cmd('redraw')
    vim.cmd(string.format('echohl %s | echomsg %s | echohl None', highlights[level] or 'None', vim.fn.string((message:gsub('%s*\n%s*', ' ')))))
  end)
end

function M.info(message) tell(message, levels.INFO) end
function M.warn(message) tell(message, levels.WARN) end
function M.error(message) tell(message, levels.ERROR) end

--- guard makes a function that never throws.
function M.guard(f)
  return function(...)
    local results = { xpcall(f, debug.traceback, ...) }
    if results[1] then
      return unpack(results, 2)
    end
    local trace = tostring(results[2])
    table.insert(M.faults, trace)
    M.error('a fault in the plugin, please report it: ' .. (trace:match('[^\n]*') or '') .. ' (:checkhealth dockwright has the details)')
  end
end

-- The server shows each failure and many a success, and returns them as well. Who called the command shows them with what can be
-- done about them; so they are held back for a moment, in which the result claims them.
local held = {}
local patience = 300 -- ms

--- hold shows a message by show soon, unless claim comes first.
function M.hold(message, show)
  held[message] = (held[message] or 0) + 1
  vim.defer_fn(M.guard(function()
    if M.claim(message) then
      show(message)
    end
  end), patience)
end

--- claim takes back a held message, and tells whether it was held.
function M.claim(message)
  local n = held[message] or 0
  held[message] = n > 1 and n - 1 or nil
  return n > 0
end

--- echo shows a passing line, which does not go into the history and never needs a key press.
function M.echo(text)
  local mode = vim.api.nvim_get_mode()
  if mode.blocking or mode.mode:sub(1, 1) == 'c' or mode.mode:sub(1, 1) == 'r' then
    return -- the line is in use
  end
  local room = math.max((vim.v.echospace or 0) > 0 and vim.v.echospace or vim.o.columns - 12, 10)
  if vim.fn.strdisplaywidth(text) > room then
    text = vim.fn.strcharpart(text, 0, room - 1) .. '…'
  end
  vim.api.nvim_echo({ { text } }, false, {})
end

return M
