--- Runs a command of the server to its end: asks for what is missing, has plans confirmed, shows results.
local ask = require('dockwright.ask')
local catalog = require('dockwright.catalog')
local compat = require('dockwright.compat')
local jobs = require('dockwright.jobs')
local report = require('dockwright.report')

local M = {}

local pending = 0

--- pending is how many calls have no answer yet.
function M.pending() return pending end

--- id is the id of a command as a server knows it: with the prefix that it was given.
function M.id(client, short)
  local prefix = (client.config.init_options or {}).commandPrefix or ''
  return prefix .. 'dockwright.' .. catalog.short(short)
end

--- How calls from the editor differ from the server's own defaults.
local defaults = {
  ['container.logs'] = function(arguments) -- a log that does not grow is seldom what one wants to look at
    if arguments.follow == nil then
      arguments.follow = true
    end
  end,
}

--- Commands whose output opens as soon as there is some.
local eager = { ['container.run'] = true, ['container.start'] = true, ['container.exec'] = true, ['container.logs'] = true }

--- Arguments that the buffer gives if the user does not.
local function fill(command, arguments)
  local bufnr = vim.api.nvim_get_current_buf()
  if vim.bo[bufnr].filetype ~= 'dockerfile' then
    return
  end
  local uri = vim.uri_from_bufnr(bufnr)
  if catalog.property(command, 'uri') and not arguments.uri then
    arguments.uri = uri
  end
  local short = catalog.short(command.id)
  if (short == 'image.build' or short == 'image.contextPreview') and not arguments.dockerfile then
    arguments.dockerfile = uri
  end
end

--- run calls a command and shows what comes of it.
--- options: client; about, the name of what it is about; after, is called when it has
--- been done; done, gets the result in place of the user; failed, gets the message of a call that was refused.
function M.run(id, arguments, options)
  options = options or {}
  local short = catalog.short(id)
  local command = catalog.get(short)
  if not command then
    return report.error(string.format('there is no command %s', short))
  end
  if type(arguments) == 'string' then
    arguments = { [command.main] = arguments }
  end
  arguments = vim.deepcopy(arguments or {})
  fill(command, arguments)
  if defaults[short] then
    defaults[short](arguments)
  end
  if command.class == 'destroy' and arguments.confirm == nil then
    arguments.confirm = 'plan'
  end
  for _, name in ipairs(compat.list(command.arguments.required)) do
    if arguments[name] == nil then
      return M.require(command, name, arguments, options)
    end
  end
  local function with(client)
    require('dockwright.proposals').complete(client, short, arguments, function(all) M.send(client, command, all, options) end)
  end
  if options.client then
    return with(options.client)
  end
  require('dockwright.client').with(vim.api.nvim_get_current_buf(), with)
end

--- require asks for an argument without which the command cannot be.
function M.require(command, name, arguments, options)
  local property = catalog.property(command, name) or {}
  ask.input(string.format('%s: %s', command.title, property.description or name), nil, function(text)
    if not text then
      return report.info(command.title .. ': nothing was done')
    end
    arguments[name] = catalog.is(property, 'array') and require('dockwright.arguments').words(text) or text
    M.run(command.id, arguments, options)
  end)
end

--- about is what a call is about, as short as can be.
function M.about(arguments)
  local thing = arguments.container or arguments.image or compat.list(arguments.tags)[1]
  if type(thing) ~= 'string' then
    return M.file(arguments)
  end
  return thing:gsub('^sha256:', ''):gsub('^(%x%x%x%x%x%x%x%x%x%x%x%x)%x+$', '%1')
end

--- file is the Dockerfile of a call, seen from the current folder; nil if it has none.
function M.file(arguments)
  local file = arguments.dockerfile
  if type(file) ~= 'string' then
    return nil
  end
  return vim.fn.fnamemodify(file:find('^file:') and vim.uri_to_fname(file) or file, ':~:.')
end

--- send sends the call and takes its answer.
function M.send(client, command, arguments, options)
  local short = catalog.short(command.id)
  local argument = next(arguments) == nil and vim.empty_dict() or arguments
  local job = command.long and jobs.begin(client.id, {
    title = command.title, name = short, eager = eager[short], endless = arguments.follow == true, about = options.about or M.about(arguments), file = M.file(arguments),
  }) or nil
  pending = pending + 1
  local params = { command = M.id(client, short), arguments = { argument }, workDoneToken = job and job.token }
  local sent = compat.request(client, 'workspace/executeCommand', params, report.guard(function(err, result)
    pending = pending - 1
    if job then
      jobs.answered(job, M.outcome(short, arguments, type(result) == 'table' and result or {}))
    end
    M.answer(client, command, arguments, options, err, result, job)
  end))
  if not sent then
    pending = pending - 1
    local gone = 'the server is gone: :Dockwright restart starts it again'
    if options.failed then
      return options.failed(gone)
    end
    report.error(gone)
  end
end

--- outcome is what the output of a command ends in.
function M.outcome(short, arguments, result)
  local code = type(result.data) == 'table' and compat.present(result.data.exitCode)
  local failure = compat.present(result.error)
  if code then
    return 'exit code ' .. code
  elseif failure and short ~= 'image.build' then -- what a build has written says why it failed
    return result.status .. ': ' .. failure.message
  elseif result.status == 'ok' and (short == 'container.run' and arguments.detach or short == 'container.start' and not arguments.attach) then
    return 'started'
  end
  return (result.status == nil or result.status == 'ok') and 'ended' or result.status
end

--- answer does what an answer asks for.
function M.answer(client, command, arguments, options, err, result, job)
  local function again(changes)
    M.run(command.id, vim.tbl_extend('force', arguments, changes), vim.tbl_extend('force', options, { client = client }))
  end
  if err then
    if options.failed then
      return options.failed(tostring(err.message))
    end
    if err.code ~= -32800 then -- cancelled
      report.error(command.title .. ': ' .. tostring(err.message))
    end
    return
  end
  if type(result) ~= 'table' then
    return
  end
  if command.class ~= 'read' then
    require('dockwright.panel').soon() -- the engine's list can be behind its events
  end
  if result.status == 'confirmationRequired' then
    return ask.plan(result.plan, result.endpoint, function(yes)
      if yes then
        return again({ confirm = result.confirmToken })
      end
      report.info('nothing was done: it was not confirmed')
    end)
  end
  if result.status == 'inputRequired' then
    return M.input(result.input, command, function(changes)
      again(vim.tbl_extend('force', compat.list(result.input.arguments), changes)) -- what has been picked before
    end)
  end
  if options.done then
    report.claim(compat.present(result.error) and result.error.message or '')
    return options.done(result)
  end
  require('dockwright.results').show(client, command, arguments, result, job, options.about, options.after)
  if options.after and result.status == 'ok' then
    options.after()
  end
end

--- input asks for an argument that the server misses.
function M.input(input, command, again)
  report.claim(input.message)
  local choices = compat.list(input.choices)
  local function got(value)
    if value == nil then
      return report.info(command.title .. ': nothing was done')
    end
    local name = input.argument
    if catalog.is(catalog.property(command, name) or {}, 'array') then
      value = #choices > 0 and { value } or require('dockwright.arguments').words(value)
    end
    again({ [name] = value })
  end
  if #choices == 0 then
    return ask.input(input.message, nil, got)
  end
  ask.select(choices, input.message, function(choice) return choice.title end, function(choice) got(choice and choice.value) end)
end

return M
