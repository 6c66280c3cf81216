--- Questions to the user, by vim.ui, so that pickers such as Telescope and fzf-lua take them over.
local report = require('dockwright.report')

local M = {}

--- select lets the user pick one of items. done gets it, or nil.
function M.select(items, prompt, format, done)
  done = report.guard(done)
  if #items == 0 then
    return done(nil)
  end
  vim.cmd('redraw') -- the question may be about what a window shows
  vim.ui.select(items, { prompt = prompt, kind = 'dockwright', format_item = format }, function(item) done(item) end)
end

--- input lets the user type a line. done gets it, or nil if there is none.
function M.input(prompt, default, done)
  done = report.guard(done)
  vim.ui.input({ prompt = prompt .. (prompt:find('[?:]$') and ' ' or ': '), default = default }, function(text)
    if text == '' then
      text = nil
    end
    done(text)
  end)
end

--- bytes says a size as people do.
function M.bytes(n)
  local units = { 'B', 'kB', 'MB', 'GB', 'TB' }
  local i = 1
  while n >= 1000 and i < #units do
    n, i = n / 1000, i + 1
  end
  return i == 1 and string.format('%d B', n) or string.format('%.3g %s', n, units[i])
end

--- plan shows what would be destroyed and asks. done gets true if the user says yes.
function M.plan(plan, endpoint, done)
  local compat = require('dockwright.compat')
  local lines = { plan.title .. (type(endpoint) == 'table' and not endpoint['local'] and ' on ' .. endpoint.host or '') .. '?', '' }
  for _, item in ipairs(compat.list(plan.items)) do
    local size = (item.size or 0) > 0 and ', ' .. M.bytes(item.size) or ''
    local used = compat.present(item.lastUse) and ', last used ' .. item.lastUse:sub(1, 10) or ''
    table.insert(lines, string.format('  - %s %s (%s%s%s)', item.kind, item.name, item.reason, size, used))
  end
  for _, item in ipairs(compat.list(plan.protected)) do
    table.insert(lines, string.format('    stays: %s %s (%s)', item.kind, item.name, table.concat(compat.list(item.protectedBy), ', ')))
  end
  table.insert(lines, '')
  for _, loss in ipairs(compat.list(plan.loses)) do
    table.insert(lines, loss)
  end
  if (plan.size or 0) > 0 then
    table.insert(lines, 'Frees ' .. M.bytes(plan.size) .. '.')
  end
  local window = require('dockwright.scratch').open('plan', lines, { keep = true, how = string.format('botright %dsplit', math.min(#lines, 15)) })
  M.select({ plan.title, 'Cancel' }, plan.title .. '?', tostring, function(answer)
    if vim.api.nvim_win_is_valid(window) and #vim.api.nvim_list_wins() > 1 then
      vim.api.nvim_win_close(window, true)
    end
    done(answer == plan.title)
  end)
end

return M
