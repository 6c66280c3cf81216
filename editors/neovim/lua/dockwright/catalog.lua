--- The commands of the server with their arguments, as the program itself describes them.
local config = require('dockwright.config')

local M = {}

local known = {} -- program -> id without "dockwright." -> description

--- all gives the descriptions by id; none if the program cannot be run.
function M.all()
  local program = config.options.binary
  if known[program] then
    return known[program]
  end
  if vim.fn.executable(program) == 0 then
    return {}
  end
  local said = vim.fn.system({ program, 'command', 'describe' })
  local ok, answer = pcall(vim.fn.json_decode, said:match('{.*}')) -- what it may warn of stands before
  if not ok or vim.v.shell_error ~= 0 or type(answer) ~= 'table' or type(answer.data) ~= 'table' then
    return {}
  end
  local commands = {}
  for _, command in ipairs(answer.data.commands) do
    commands[M.short(command.id)] = command
  end
  known[program] = commands
  return commands
end

--- get describes one command.
function M.get(id) return M.all()[M.short(id)] end

--- short is an id without "dockwright.", whatever prefix stands before it.
function M.short(id) return (id:gsub('^.*dockwright%.', '')) end

--- ids are all ids in their order.
function M.ids()
  local ids = vim.tbl_keys(M.all())
  table.sort(ids)
  return ids
end

--- property describes an argument of a command; nil if it has none of that name.
function M.property(command, name)
  local properties = type(command.arguments) == 'table' and command.arguments.properties or {}
  local property = properties[name]
  return property == true and {} or property
end

--- is tells whether an argument may be of a JSON type.
function M.is(property, kind)
  if type(property.type) == 'table' then
    return vim.tbl_contains(property.type, kind)
  end
  return property.type == kind
end

return M
