--- Turns data of the server into lines for a buffer. Knows no command.
local compat = require('dockwright.compat')
local names = require('dockwright.names')

local M = {}

-- What is named otherwise than its field.
local called = { apiVersion = 'API version', cpuPercent = 'processor', cpus = 'processors', durationMs = 'duration', jobId = 'id', memoryBytes = 'memory', os = 'OS' }

--- label is a field's name in words: blockRead is "block read".
local function label(field)
  return called[field] or (field:gsub('%u', function(letter) return ' ' .. letter:lower() end))
end

--- path is a file or folder, seen from the current one.
local function path(text)
  return vim.fn.fnamemodify(text:find('^file:') and vim.uri_to_fname(text) or text, ':~:.')
end

local sizes = { size = true, memoryBytes = true, memoryLimit = true, blockRead = true, blockWrite = true, netReceived = true, netSent = true }

--- cell is a value as one short text.
local function cell(name, value)
  value = compat.present(value)
  if value == nil then
    return ''
  elseif name == 'endpoint' and type(value) == 'table' then
    return value.host
  elseif type(value) == 'table' then
    local parts = {}
    for _, item in ipairs(value) do
      table.insert(parts, type(item) == 'table' and (item.name or M.port(item) or vim.fn.json_encode(item)) or tostring(item))
    end
    return table.concat(parts, ', ')
  elseif sizes[name] and type(value) == 'number' then
    return names.bytes(value)
  elseif name == 'durationMs' then
    return names.duration(value)
  elseif name == 'cpuPercent' then
    return string.format('%.1f %%', value)
  elseif type(value) == 'number' then
    return value == math.floor(value) and string.format('%d', value) or string.format('%.1f', value)
  elseif type(value) == 'string' then
    if name == 'contextDir' or value:find('^file:///') then
      return path(value)
    end
    if name == 'id' or name:find('Id$') then
      value = value:gsub('^sha256:', ''):sub(1, 12)
    end
    return (value:gsub('^(%d%d%d%d%-%d%d%-%d%d)T(%d%d:%d%d).*$', '%1 %2'):gsub('%s+', ' '))
  end
  return tostring(value)
end
M.cell = cell

--- port is a published port as docker ps shows it; nil for other things.
function M.port(port)
  if type(port) ~= 'table' or not port.containerPort then
    return nil
  end
  local inside = string.format('%d/%s', port.containerPort, port.protocol)
  if (compat.present(port.hostPort) or 0) == 0 then
    return inside
  end
  return string.format('%s:%d->%s', compat.present(port.hostIp) or '', port.hostPort, inside)
end

local wide = 48

--- columns lays rows of texts out under each other. The last column may be long.
function M.columns(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i, text in ipairs(row) do
      widths[i] = math.min(math.max(widths[i] or 0, vim.fn.strdisplaywidth(text)), wide)
    end
  end
  local lines = {}
  for _, row in ipairs(rows) do
    local parts = {}
    for i, text in ipairs(row) do
      parts[i] = i == #row and text or text .. string.rep(' ', widths[i] - vim.fn.strdisplaywidth(text))
    end
    table.insert(lines, (table.concat(parts, '  '):gsub('%s+$', '')))
  end
  return lines
end

-- Fields that come first where they are, and what nobody reads in a table.
local first = { 'name', 'version', 'endpoint', 'references', 'id', 'jobId', 'state', 'status', 'title', 'tags', 'image', 'kind', 'path', 'line', 'size', 'createdBy', 'dockerfile' }
local dropped = { labels = true, digests = true, imageId = true, textHash = true, networks = true, mounts = true, progressToken = true }

--- ordered are the fields of some data in the order in which people want them.
local function ordered(data)
  local fields = vim.tbl_filter(function(field) return data[field] ~= nil end, first)
  local rest = vim.tbl_filter(function(field) return not vim.tbl_contains(first, field) end, vim.tbl_keys(data))
  table.sort(rest)
  return vim.list_extend(fields, rest)
end

--- rows lays a list of objects out as a table with a head. What is wide comes last, so that the rest stands in columns.
function M.rows(list)
  local seen, broad = {}, {}
  for _, item in ipairs(list) do
    for field, value in pairs(item) do
      seen[field] = not dropped[field] or nil
      broad[field] = broad[field] or vim.fn.strdisplaywidth(cell(field, value)) > wide
    end
  end
  local fields = ordered(seen)
  local function those(are) return vim.tbl_filter(function(field) return broad[field] == are end, fields) end
  fields = vim.list_extend(those(false), those(true))
  local rows = { vim.tbl_map(function(field) return label(field):upper() end, fields) }
  for _, item in ipairs(list) do
    table.insert(rows, vim.tbl_map(function(field) return cell(field, item[field]) end, fields))
  end
  return M.columns(rows)
end

--- data lays any data out: scalars by name, lists of objects as tables, texts as they are.
function M.data(data)
  local lines, later = {}, {}
  for _, name in ipairs(ordered(data)) do
    local value = compat.present(data[name])
    if type(value) == 'table' and type(value[1]) == 'table' and not compat.islist(value[1]) then
      table.insert(later, '')
      table.insert(later, label(name) .. ':')
      vim.list_extend(later, M.rows(value))
    elseif type(value) == 'table' and next(value) ~= nil and name ~= 'endpoint' and not compat.islist(value) then
      if type(value.text) == 'string' then
        table.insert(later, '')
        vim.list_extend(later, vim.split(value.text, '\n', { plain = true }))
      else
        table.insert(later, '')
        table.insert(later, label(name) .. ':')
        for _, line in ipairs(M.data(value)) do
          table.insert(later, '  ' .. line)
        end
      end
    elseif value ~= nil and not (type(value) == 'table' and next(value) == nil) then
      table.insert(lines, string.format('%s: %s', label(name), cell(name, value)))
    end
  end
  if #lines == 0 and later[1] == '' then
    table.remove(later, 1)
  end
  return vim.list_extend(lines, later)
end

--- json is a value as indented JSON with names in order.
function M.json(value, indent)
  indent = indent or ''
  local deeper = indent .. '  '
  if type(value) ~= 'table' then
    return vim.fn.json_encode(value)
  end
  if next(value) == nil then
    return getmetatable(value) and '{}' or '[]'
  end
  local parts = {}
  if compat.islist(value) then
    for _, item in ipairs(value) do
      table.insert(parts, deeper .. M.json(item, deeper))
    end
    return '[\n' .. table.concat(parts, ',\n') .. '\n' .. indent .. ']'
  end
  local fields = vim.tbl_keys(value)
  table.sort(fields)
  for _, name in ipairs(fields) do
    table.insert(parts, deeper .. vim.fn.json_encode(name) .. ': ' .. M.json(value[name], deeper))
  end
  return '{\n' .. table.concat(parts, ',\n') .. '\n' .. indent .. '}'
end

return M
