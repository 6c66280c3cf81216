--- Reads and completes what stands behind :Dockwright COMMAND. Knows the schemas, and few commands by name.
local catalog = require('dockwright.catalog')
local compat = require('dockwright.compat')
local names = require('dockwright.names')

local M = {}

--- words splits a line as a shell does: quotes hold together. A JSON value behind = stays as it is.
function M.words(line)
  local words, i, n = {}, 1, #line
  while true do
    i = line:find('%S', i)
    if not i then
      return words
    end
    local word, start = {}, true
    while i <= n and not line:find('^%s', i) do
      local c = line:sub(i, i)
      local json = start and (c == '[' or c == '{') and M.balanced(line, i)
      if json then
        table.insert(word, line:sub(i, json))
        i = json + 1
      elseif c == '"' or c == "'" then
        local close = line:find(c, i + 1, true) or n + 1
        table.insert(word, line:sub(i + 1, close - 1))
        i = close + 1
      elseif c == '\\' and i < n then
        table.insert(word, line:sub(i + 1, i + 1))
        i = i + 2
      else
        table.insert(word, c)
        i = i + 1
      end
      start = c == '=' and start ~= nil
    end
    table.insert(words, table.concat(word))
  end
end

--- balanced is where the bracket that opens at i closes; nil if it does not.
function M.balanced(line, i)
  local depth, quoted = 0, false
  while i <= #line do
    local c = line:sub(i, i)
    if quoted and c == '\\' then
      i = i + 1
    elseif c == '"' then
      quoted = not quoted
    elseif not quoted and (c == '[' or c == '{') then
      depth = depth + 1
    elseif not quoted and (c == ']' or c == '}') then
      depth = depth - 1
      if depth == 0 then
        return i
      end
    end
    i = i + 1
  end
end

local function decode(text)
  local ok, value = pcall(vim.fn.json_decode, text)
  return ok and value or nil
end

--- value is text as the schema of an argument wants it; nil and what is wrong if it cannot be that.
local function value(name, property, text)
  if text:find('^[%[{]') then
    local json = decode(text)
    if json ~= nil then
      return json
    end
  end
  if catalog.is(property, 'boolean') then
    local truth = ({ ['true'] = true, yes = true, ['1'] = true, ['false'] = false, no = false, ['0'] = false })[text]
    if truth == nil then
      return nil, string.format('%s is true or false, not %s', name, text)
    end
    return truth
  end
  if catalog.is(property, 'integer') or catalog.is(property, 'number') then
    local number = tonumber(text)
    if not number then
      return nil, string.format('%s is a number, not %s', name, text)
    end
    return number
  end
  if catalog.is(property, 'array') then
    if name == 'argv' or name == 'entrypoint' then
      return M.words(text)
    end
    return { text }
  end
  if catalog.is(property, 'object') then
    return nil, string.format('%s takes %s.NAME=VALUE, or a JSON object', name, name)
  end
  if name == 'dockerfile' or name == 'contextDir' or name == 'outside' then -- the server's folder is another than the editor's
    return text:find('^%a[%w+.-]+://') and text or vim.fn.fnamemodify(text, ':p')
  end
  return text
end

--- positional are the arguments that words without = stand for, in order.
local function positional(command)
  local first = compat.present(command.main)
  if (not first or first == '') and catalog.property(command, 'container') then
    first = 'container'
  end
  return first ~= '' and first or nil
end

-- What the second word is, where it is no program and no further container.
local seconds = { ['container.files'] = 'path', ['container.rename'] = 'name', ['image.tag'] = 'reference' }

--- parse reads a line for a command. It returns the arguments, or nil and what is wrong.
function M.parse(command, line)
  line = vim.trim(line)
  if line:sub(1, 1) == '{' then
    local json = decode(line)
    if type(json) ~= 'table' then
      return nil, 'the arguments are no valid JSON object'
    end
    return json
  end
  local function unknown(name)
    local near = names.near(name, M.names(command))
    return string.format('there is no argument %s: %s', name, near and 'do you mean ' .. near .. '?' or 'there are ' .. table.concat(M.names(command), ', '))
  end
  local out, main, second = {}, positional(command), seconds[catalog.short(command.id)]
  for _, word in ipairs(M.words(line)) do
    local name, text = word:match('^([%a][%w]*)=(.*)$')
    local outer, inner, innerText = word:match('^([%a][%w]*)%.([^=]+)=(.*)$')
    if out.argv and not (name and catalog.property(command, name) and not out.__program) then
      table.insert(out.argv, word) -- all that stands behind the program is the program's
      out.__program = true
    elseif outer and catalog.property(command, outer) and catalog.is(catalog.property(command, outer), 'object') then
      out[outer] = out[outer] or {}
      out[outer][inner] = innerText
    elseif name and catalog.property(command, name) then
      local property = catalog.property(command, name)
      local got, wrong = value(name, property, text)
      if got == nil then
        return nil, wrong
      end
      if catalog.is(property, 'array') and type(out[name]) == 'table' then
        vim.list_extend(out[name], got)
      else
        out[name] = got
      end
    elseif name or outer then
      return nil, unknown(name or outer)
    elseif main and out[main] == nil then
      local got, wrong = value(main, catalog.property(command, main), word)
      if got == nil then
        return nil, wrong
      end
      out[main] = got
    elseif second and out[second] == nil then
      out[second] = word
    elseif catalog.property(command, 'argv') and (not main or out[main] ~= nil) then
      out.argv, out.__program = { word }, true
    elseif main and catalog.property(command, main .. 's') and out[main] ~= nil then
      out[main .. 's'] = out[main .. 's'] or { out[main] } -- container.remove web db
      table.insert(out[main .. 's'], word)
    else
      return nil, unknown(word)
    end
  end
  out.__program = nil
  if main and out[main .. 's'] then
    out[main] = nil
  end
  return out
end

--- names are the arguments of a command in order.
function M.names(command)
  local list = {}
  for name in pairs(type(command.arguments) == 'table' and command.arguments.properties or {}) do
    if name ~= 'confirm' then
      table.insert(list, name)
    end
  end
  table.sort(list)
  return list
end

--- complete lists what the word that is being typed may become. values gives the values of an argument.
function M.complete(command, lead, values)
  local out = {}
  local function add(prefix, candidates)
    for _, candidate in ipairs(candidates) do
      if vim.startswith(prefix .. candidate, lead) then
        table.insert(out, prefix .. candidate)
      end
    end
  end
  local name = lead:match('^(%a%w*)=')
  if name and catalog.property(command, name) then
    if catalog.is(catalog.property(command, name), 'boolean') then
      add(name .. '=', { 'true', 'false' })
    else
      add(name .. '=', values(name, lead:sub(#name + 2)))
    end
    return out
  end
  local main = positional(command)
  if main then
    add('', values(main, lead))
  end
  for _, argument in ipairs(M.names(command)) do
    local object = catalog.is(catalog.property(command, argument), 'object')
    add('', { argument .. (object and '.' or '=') })
  end
  return out
end

return M
