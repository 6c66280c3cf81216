--- :Dockwright, its completion, and what it can do besides the server's commands.
local arguments = require('dockwright.arguments')
local ask = require('dockwright.ask')
local call = require('dockwright.call')
local catalog = require('dockwright.catalog')
local compat = require('dockwright.compat')
local jobs = require('dockwright.jobs')
local words = require('dockwright.names')
local report = require('dockwright.report')

local M = {}

--- What the plugin does by itself. Their names have no dots, the server's commands have.
M.own = {
  actions = { doc = 'what can be done about the last failure', run = function() require('dockwright.results').actions() end },
  cancel = { doc = 'cancel a build or whatever runs long', run = function()
    local running = jobs.running()
    if #running == 0 then
      return report.info('nothing runs')
    elseif #running == 1 then
      return jobs.cancel(running[1])
    end
    ask.select(running, 'Cancel', jobs.label, function(job)
      if job then
        jobs.cancel(job)
      end
    end)
  end },
  lens = { doc = 'do what the code lens of this line says', run = function() require('dockwright.lens').run() end },
  output = { doc = 'show what the last build or run has written', run = function()
    local job = jobs.newest()
    if not job then
      return report.info('nothing has written anything yet')
    end
    jobs.show(job, true)
  end },
  panel = { doc = 'list containers and images, with keys to act on them', run = function() require('dockwright.panel').open() end },
  restart = { doc = 'start the server anew', run = function() require('dockwright.client').restart() end },
}

--- pick lets the user choose a command.
local function pick()
  local list = {}
  for name, own in pairs(M.own) do
    table.insert(list, { id = name, title = own.doc })
  end
  table.sort(list, function(a, b) return a.id < b.id end)
  for _, id in ipairs(catalog.ids()) do
    if id ~= 'choose' then -- it asks what is asked here
      table.insert(list, { id = id, title = catalog.get(id).title })
    end
  end
  ask.select(list, 'Dockwright', function(item) return string.format('%-26s %s', item.id, item.title) end, function(item)
    if item then
      M.run(item.id)
    end
  end)
end

--- run does what stands behind :Dockwright.
function M.run(line, bang)
  local id, rest = vim.trim(line or ''):match('^(%S*)%s*(.*)$')
  if id == '' then
    return pick()
  end
  if M.own[id] then
    return M.own[id].run()
  end
  local command = catalog.get(id)
  if not command then
    if vim.tbl_isempty(catalog.all()) then
      return require('dockwright.client').found() and report.error('the program does not describe its commands: is it the newest dockwright?')
    end
    return report.error(string.format('there is no command %s: :Dockwright lists them all', id))
  end
  local parsed, wrong = arguments.parse(command, rest)
  if not parsed then
    return report.error(id .. ': ' .. wrong)
  end
  if bang and catalog.property(command, 'force') then
    parsed.force = true
  end
  call.run(id, parsed)
end

--- ask the server that runs, if one does, for names to complete. It is not waited for long.
local function names(id, argument, list, of)
  local client = compat.clients()[1]
  if not client or not client.initialized then
    return {}
  end
  local params = { command = call.id(client, id), arguments = { argument } }
  local answer = compat.request_sync(client, 'workspace/executeCommand', params, 1500, vim.api.nvim_get_current_buf())
  local data = answer and type(answer.result) == 'table' and answer.result.data
  local out = {}
  for _, item in ipairs(type(data) == 'table' and compat.list(data[list]) or {}) do
    vim.list_extend(out, of(item))
  end
  return words.sort(out, tostring)
end

--- values are what an argument can be.
local function values(argument, lead)
  if argument == 'container' or argument == 'containers' then
    return names('container.list', { all = true }, 'containers', function(c) return { c.name } end)
  elseif argument == 'image' or argument == 'images' or argument == 'reference' or argument == 'ancestor' then
    return names('image.list', vim.empty_dict(), 'images', function(i) return compat.list(i.references) end)
  elseif argument == 'jobId' then
    return names('job.list', vim.empty_dict(), 'jobs', function(j) return { j.jobId } end)
  elseif argument == 'context' then
    return names('engine.contexts', vim.empty_dict(), 'contexts', function(c) return { c.name } end)
  elseif argument == 'dockerfile' or argument == 'contextDir' or argument == 'outside' or argument == 'envFiles' then
    return vim.fn.getcompletion(lead, argument == 'contextDir' and 'dir' or 'file')
  elseif argument == 'command' then
    return catalog.ids()
  end
  return {}
end

--- complete completes :Dockwright.
function M.complete(lead, line, position)
  local before = line:sub(1, position):gsub('^.-Dockwright!?%s*', '', 1)
  local id, rest = before:match('^(%S+)%s')
  if not id then
    local all = vim.list_extend(vim.tbl_keys(M.own), catalog.ids())
    table.sort(all)
    return vim.tbl_filter(function(name) return vim.startswith(name, lead) or name:find('.' .. lead, 1, true) ~= nil and lead ~= '' end, all)
  end
  local command = catalog.get(id)
  return command and arguments.complete(command, lead, values) or {}
end

return M
