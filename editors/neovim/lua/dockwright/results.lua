--- Shows what commands answer: what went wrong with what can be done about it, and each kind of data in its own way.
local ask = require('dockwright.ask')
local catalog = require('dockwright.catalog')
local compat = require('dockwright.compat')
local config = require('dockwright.config')
local jobs = require('dockwright.jobs')
local render = require('dockwright.render')
local report = require('dockwright.report')
local scratch = require('dockwright.scratch')

local M = {}

--- act runs an action that the server proposes. after: what to do when it has been done.
local function act(client, action, after)
  require('dockwright.call').run(action.command, compat.list(action.arguments)[1], { client = client, after = after })
end

-- Actions that only clear the way for what has failed.
local clearing = { ['container.kill'] = true, ['container.remove'] = true, ['container.stop'] = true, ['image.remove'] = true }

--- again offers to do once more what has failed.
local function again(client, command, arguments, about)
  local title = command.title .. (about and ' ' .. about or '')
  ask.select({ title, 'Cancel' }, 'Try again?', tostring, function(answer)
    if answer == title then
      arguments = vim.tbl_extend('force', arguments, {})
      arguments.confirm = nil
      require('dockwright.call').run(command.id, arguments, { client = client, about = about })
    end
  end)
end

local last -- what can be done about the last failure: { client, message, actions, again }

--- failure shows an error: its line, and its actions to pick from. Who has waited for it does something else by now, and is not
--- interrupted: the actions come with :Dockwright actions.
--- afresh does what has failed once more.
function M.failure(client, failure, waited, afresh)
  report.claim(failure.message)
  local actions = compat.list(failure.actions)
  if #actions == 0 then
    return report.error(failure.message)
  end
  last = { client = client, message = failure.message, actions = actions, again = afresh }
  if waited then
    return report.error(failure.message .. ' (:Dockwright actions)')
  end
  M.actions()
end

--- actions lets the user pick what to do about the last failure.
function M.actions()
  if not last then
    return report.info('nothing has failed')
  end
  local failed = last
  ask.select(failed.actions, failed.message, function(action) return action.title end, function(action)
    if action then
      act(failed.client, action, clearing[catalog.short(action.command)] and failed.again)
    end
  end)
end

local longWait = 3000 -- ms

local views = {}

--- How containers and images fared, one line each.
local function changes(_, _, data, command)
  local lines, failed = {}, {}
  for _, item in ipairs(compat.list(data.items)) do
    local name = compat.present(item.name) or item.container or item.image
    if compat.present(item.error) then
      table.insert(failed, name .. ': ' .. item.error.message)
    else
      local after = compat.present(item.after) or compat.present(item.state)
      table.insert(lines, after and name .. ' is ' .. after or name)
    end
  end
  if #lines > 0 then
    local removed = command.class == 'destroy'
    report.info((removed and 'Removed ' or command.title .. ': ') .. table.concat(lines, ', '))
  end
  if #failed > 1 then
    scratch.open('failed', failed, { keep = true })
  end
end

for _, id in ipairs({ 'kill', 'pause', 'remove', 'restart', 'start', 'stop', 'unpause' }) do
  views['container.' .. id] = changes
end
views['image.remove'] = changes

views['container.terminal'] = function(_, arguments, data) require('dockwright.terminal').open(data, arguments.run ~= nil) end

views['container.explain'] = function(client, _, data)
  report.claim(data.name .. ': ' .. data.summary)
  local lines, actions = { data.name .. ': ' .. data.summary, '' }, {}
  for _, item in ipairs(compat.list(data.evidence)) do
    table.insert(lines, string.format('  %-10s %s', item.source, (item.text:gsub('\n', '\n' .. string.rep(' ', 13)))))
  end
  for _, note in ipairs(compat.list(data.notes)) do
    table.insert(lines, '  note       ' .. note)
  end
  local function act_on(line, f)
    table.insert(lines, line)
    local _, breaks = table.concat(lines, '\n'):gsub('\n', '')
    actions[breaks + 1] = f
  end
  if compat.present(data.line) then
    table.insert(lines, '')
    act_on(string.format('  %s:%d: %s', vim.fn.fnamemodify(vim.uri_to_fname(data.line.uri), ':~:.'), data.line.line, data.line.text), function()
      vim.cmd('wincmd p')
      vim.cmd('edit +' .. data.line.line .. ' ' .. vim.fn.fnameescape(vim.uri_to_fname(data.line.uri)))
    end)
  end
  if #compat.list(data.fixes) > 0 then
    table.insert(lines, '')
    table.insert(lines, 'What to do (Enter on a line does it):')
  end
  for _, fix in ipairs(compat.list(data.fixes)) do
    if fix.command ~= '' then
      act_on('  > ' .. fix.title, function() act(client, fix) end)
    else
      table.insert(lines, '  - ' .. fix.title)
    end
  end
  scratch.open('explain ' .. data.name, lines, { actions = actions, filetype = 'dockwright-explain' })
end

local function inspect(_, _, data, _, about)
  scratch.open('inspect ' .. (compat.present(data.name) or about or data.id), vim.split(render.json(data), '\n', { plain = true }), { filetype = 'json' })
end
views['container.inspect'], views['image.inspect'] = inspect, inspect

views['container.top'] = function(_, _, data, _, about)
  local rows = { data.titles }
  scratch.open('top ' .. (about or ''), render.columns(vim.list_extend(rows, compat.list(data.rows))), { table = true })
end

-- Their output is in the buffer of the job, and the server has said in a line how it went.
local function nothing() end
for _, id in ipairs({ 'container.exec', 'container.logs', 'container.run', 'container.rebuild', 'container.open', 'container.prune', 'image.build', 'image.prune', 'system.prune', 'job.cancel' }) do
  views[id] = nothing
end

local function done(_, _, _, command, about) report.info(string.format('%s%s: done.', command.title, about and ' ' .. about or '')) end
for _, id in ipairs({ 'container.copy', 'container.rename', 'container.wait', 'engine.use', 'image.pull', 'image.push', 'image.tag', 'image.untag' }) do
  views[id] = done
end
for _, id in ipairs({ 'applyFix', 'fixAll', 'showRule', 'suppress' }) do
  views['document.' .. id] = nothing
end

--- What a program wrote, where no live output came.
local function output(job, short, data)
  local text = type(data.output) == 'table' and (data.output.stdout.text .. data.output.stderr.text) or ''
  if text ~= '' and not (job and job.bufnr) then
    scratch.open(short, vim.split(text, '\n', { plain = true }), { keep = true })
  end
end

--- show shows an answer. about: what the command is about, as the user calls it; after: what is to come once it has been done.
function M.show(client, command, arguments, result, job, about, after)
  about = about or require('dockwright.call').about(arguments)
  local short = catalog.short(command.id)
  local data = type(result.data) == 'table' and result.data or {}
  if short == 'image.build' and job and not (job.bufnr and vim.fn.bufwinid(job.bufnr) ~= -1) then
    if config.options.output == 'failure' and result.status == 'failed' and #job.lines > 1 then
      jobs.show(job)
    end
  end
  if result.status == 'cancelled' then
    return arguments.follow or report.info(command.title .. ': cancelled')
  end
  if compat.present(result.error) then
    if result.status == 'partial' and views[short] then
      views[short](client, arguments, data, command, about)
    end
    return M.failure(client, result.error, short == 'image.build' or (result.durationMs or 0) > longWait, after or function() again(client, command, arguments, about) end)
  end
  if command.long and next(data) ~= nil then
    output(job, short, data)
  end
  local view = views[short]
  if view then
    return view(client, arguments, data, command, about)
  end
  local lines = render.data(data)
  if vim.trim(table.concat(lines)) == '' then
    return report.info(command.title .. ': there is nothing to show.')
  end
  scratch.open(short .. (about and ' ' .. about or ''), lines, { table = true })
end

return M
