--- A plan of what would be destroyed, as lines that fit on the screen. What is lost comes first, no name is left out in silence.
local compat = require('dockwright.compat')
local names = require('dockwright.names')

local M = {}

--- detailed has a line for each item.
local function detailed(items)
  local lines = {}
  for _, item in ipairs(items) do
    local size = (item.size or 0) > 0 and ', ' .. names.bytes(item.size) or ''
    local used = compat.present(item.lastUse) and ', last used ' .. item.lastUse:sub(1, 10) or ''
    table.insert(lines, string.format('  - %s %s (%s%s%s)', item.kind, item.name, item.reason, size, used))
  end
  return lines
end

--- stays has a line for each item that is kept.
local function stays(items)
  return vim.tbl_map(function(item)
    return string.format('    stays: %s %s (%s)', item.kind, item.name, table.concat(compat.list(item.protectedBy), ', '))
  end, items)
end

--- dense puts as many names into a line as there is room for, under what they have in common. It also returns how many each has.
local function dense(items, width)
  local heads, groups = {}, {}
  for _, item in ipairs(items) do
    local reason = item.reason:gsub(' %d+ %a+ ago', ''):gsub(' About an? %a+ ago', '') -- each has an age of its own
    local head = string.format('  - %s (%s):', item.kind, reason)
    if not groups[head] then
      groups[head] = {}
      table.insert(heads, head)
    end
    table.insert(groups[head], item.name)
  end
  local lines, counts = {}, {}
  for _, head in ipairs(heads) do
    local line, count = head, 0
    for i, name in ipairs(groups[head]) do
      local word = ' ' .. name .. (i < #groups[head] and ',' or '')
      if count > 0 and vim.fn.strdisplaywidth(line .. word) > width then
        table.insert(lines, line)
        table.insert(counts, count)
        line, count = '   ', 0
      end
      line, count = line .. word, count + 1
    end
    table.insert(lines, line)
    table.insert(counts, count)
  end
  return lines, counts
end

--- question asks for a plan, and tells of how many items.
function M.question(plan)
  local n = #compat.list(plan.items)
  if n < 2 or (' ' .. plan.title .. ' '):find(' ' .. n .. ' ', 1, true) then
    return plan.title .. '?'
  end
  return string.format('%s (%d items)?', plan.title, n)
end

--- cut keeps the first lines of a list, and says how many things the others are about.
local function cut(lines, counts, height)
  if #lines <= height then
    return lines
  end
  local more = 0
  for i = height, #lines do
    more = more + (counts and counts[i] or 1)
  end
  return vim.list_extend(vim.list_slice(lines, 1, height - 1), { string.format('  … %d more', more) })
end

--- rows is how many rows lines take in a window of a width.
function M.rows(lines, width)
  local rows = 0
  for _, line in ipairs(lines) do
    rows = rows + math.max(math.ceil(vim.fn.strdisplaywidth(line) / width), 1)
  end
  return rows
end

--- clip cuts lines off at a width.
local function clip(lines, width)
  return vim.tbl_map(function(line)
    return vim.fn.strdisplaywidth(line) > width and vim.fn.strcharpart(line, 0, width - 1) .. '…' or line
  end, lines)
end

--- lines lays a plan out for a window of that width and height.
function M.lines(plan, endpoint, width, height)
  local items, kept, loses = vim.list_slice(compat.list(plan.items)), compat.list(plan.protected), compat.list(plan.loses)
  names.sort(items, function(item) return item.kind .. ' ' .. item.name end)
  local where = type(endpoint) == 'table' and not endpoint['local'] and ' on ' .. endpoint.host or ''
  local title = M.question(plan):gsub('%?$', '') .. where .. '?'
  local frees = (plan.size or 0) > 0 and { 'Frees ' .. names.bytes(plan.size) .. '.' } or {}
  local lines = vim.list_extend({ title }, vim.list_extend(vim.list_slice(loses), frees))
  vim.list_extend(lines, vim.list_extend(detailed(items), stays(kept)))
  if M.rows(lines, width) <= height then
    return lines
  end
  local rest = vim.list_extend({}, frees)
  if #kept > 0 then
    table.insert(rest, #kept == 1 and '1 is protected and stays.' or #kept .. ' are protected and stay.')
  end
  local body, counts = dense(items, width)
  lines = vim.list_extend({ title }, cut(clip(loses, width), nil, math.max(height - 1 - #rest - #body, 3)))
  vim.list_extend(lines, rest)
  return vim.list_extend(lines, cut(body, counts, math.max(height - #lines, 1)))
end

return M
