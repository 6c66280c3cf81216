--- The buffer that lists containers and images, with keys to act on them. It stays up to date by itself.
local ask = require('dockwright.ask')
local call = require('dockwright.call')
local compat = require('dockwright.compat')
local config = require('dockwright.config')
local names = require('dockwright.names')
local render = require('dockwright.render')
local report = require('dockwright.report')
local scratch = require('dockwright.scratch')

local M = {}

local panel = {} -- bufnr, client, rows (item by line), loading (what is being read), again, settling, ages (a timer runs)

--- run calls a command with the panel's client.
local function run(id, arguments, about) call.run(id, arguments, { client = panel.client, about = about }) end

--- items are the things of the lines that are selected, or of the line of the cursor.
local function items()
  local first, last = vim.fn.line('.'), vim.fn.line('.')
  if vim.fn.mode():lower() == 'v' or vim.fn.mode() == '\22' then
    first, last = vim.fn.line('v'), vim.fn.line('.')
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<Esc>', true, false, true), 'nx', false)
  end
  local list = {}
  for line = math.min(first, last), math.max(first, last) do
    if panel.rows[line] then
      table.insert(list, panel.rows[line])
    end
  end
  return list
end

--- name is what the user calls a container or image.
local function name(item)
  return item.data.reference or item.data.name or item.data.id
end

--- containers runs a command on those that are meant, all in one call.
local function containers(id, more)
  return function(list)
    local ids = vim.tbl_map(function(item) return item.data.id end, list)
    local target = #ids == 1 and { container = ids[1] } or { containers = ids }
    run('container.' .. id, vim.tbl_extend('force', target, more or {}), #list == 1 and name(list[1]) or nil)
  end
end

local function container(id, more)
  return function(list) run('container.' .. id, vim.tbl_extend('force', { container = list[1].data.id }, more or {}), name(list[1])) end
end

local function image(id)
  return function(list) run('image.' .. id, { image = name(list[1]) }) end
end

--- typed asks for a line and runs a command with it. named: the line begins as the name of what it is about.
local function typed(prompt, f, named)
  return function(list)
    ask.input(prompt .. ' ' .. name(list[1]), named and name(list[1]) or nil, function(text)
      if text then
        f(list[1], text)
      end
    end)
  end
end

--- kill asks first: what a program has not written yet is lost.
local function kill(list)
  local yes = 'Kill ' .. (#list == 1 and name(list[1]) or #list .. ' containers')
  ask.select({ yes, 'Cancel' }, yes .. '?', tostring, function(answer)
    if answer == yes then
      containers('kill')(list)
    end
  end)
end

--- What can be done, by key, with a container and with an image: { what it does, how }. when: in which states it is offered.
M.keys = {
  { key = 's', container = { 'start', containers('start') }, when = 'exited created dead' },
  { key = 'S', container = { 'stop', containers('stop') }, when = 'running paused restarting' },
  { key = 'r', container = { 'restart', containers('restart') }, image = { 'run', function(list)
    run('container.run', { image = name(list[1]), detach = true })
  end } },
  { key = 'p', container = { 'pause or resume', function(list)
    containers(list[1].data.state == 'paused' and 'unpause' or 'pause')(list)
  end }, when = 'running paused' },
  { key = 'K', container = { 'kill, after a question', kill }, when = 'running paused restarting' },
  { key = 'l', container = { 'logs, followed', container('logs') } },
  { key = 't', container = { 'shell in a terminal', container('terminal') }, image = { 'run in a terminal, and remove the container at its end', function(list)
    run('container.terminal', { run = { image = name(list[1]), remove = true } })
  end }, when = 'running' },
  { key = 'a', container = { 'attach to the main process', container('terminal', { mode = 'attach' }) }, when = 'running' },
  { key = 'x', container = { 'execute a program', typed('Program to run in', function(item, text)
    run('container.exec', { container = item.data.id, argv = require('dockwright.arguments').words(text) }, name(item))
  end) }, when = 'running' },
  { key = 'e', container = { 'explain why it stopped or runs', container('explain') } },
  { key = 'o', container = { 'open its published address', container('open') }, when = 'running' },
  { key = 'i', container = { 'inspect', container('inspect') }, image = { 'inspect', image('inspect') } },
  { key = 'h', container = { 'files that differ from the image', container('diff') }, image = { 'layers', image('history') } },
  { key = 'u', container = { 'processor and memory use', container('stats') }, when = 'running' },
  { key = 'b', container = { 'build its Dockerfile again and replace it', container('rebuild') } },
  { key = 'n', container = { 'rename', typed('New name of', function(item, text)
    run('container.rename', { container = item.data.id, name = text }, name(item))
  end, true) }, image = { 'tag', typed('New tag of', function(item, text) run('image.tag', { image = item.data.id, reference = text }, name(item)) end, true) } },
  { key = 'P', image = { 'push', image('push') } },
  { key = 'd', container = { 'remove, after a question', containers('remove') }, image = { 'remove, after a question', function(list)
    run('image.remove', { images = vim.tbl_map(function(item) return name(item) end, list) })
  end } },
  { key = 'D', container = { 'remove by force, after a question', containers('remove', { force = true }) }, image = { 'remove by force, after a question', function(list)
    run('image.remove', { images = vim.tbl_map(function(item) return name(item) end, list), force = true })
  end } },
}

--- doc says what a key does.
local function doc(key)
  local of = { key.container and key.container[1], key.image and key.image[1] }
  if of[1] and of[2] and of[1] ~= of[2] then
    return string.format('%s; image: %s', of[1], of[2])
  end
  return of[1] or 'image: ' .. of[2]
end

--- press does what a key means for the items that are meant. Containers and images are never mixed.
local function press(key)
  local list = items()
  local kind = list[1] and list[1].kind
  if not kind then
    return
  end
  list = vim.tbl_filter(function(item) return item.kind == kind end, list)
  if not key[kind] then
    return report.info(string.format('%s: not for %ss', doc(key), kind))
  end
  key[kind][2](list)
end

--- menu lets the user pick what to do with the item of the cursor.
local function menu()
  local item = panel.rows[vim.fn.line('.')]
  if not item then
    return
  end
  local fitting = vim.tbl_filter(function(key)
    return key[item.kind] and (item.kind ~= 'container' or not key.when or (' ' .. key.when .. ' '):find(' ' .. item.data.state .. ' ', 1, true))
  end, M.keys)
  ask.select(fitting, name(item), function(key) return string.format('%s  %s', key.key, key[item.kind][1]) end, function(key)
    if key then
      key[item.kind][2]({ item })
    end
  end)
end

local function help()
  local lines = { 'Keys in the list of containers and images, q closes this', '' }
  for _, key in ipairs(M.keys) do
    table.insert(lines, string.format('  %-5s %s', key.key, doc(key)))
  end
  vim.list_extend(lines, { '  <CR>  pick from what can be done', '  R     read the lists again', '  q     close', '', 'With lines selected, s S r p K d D act on all of them.' })
  scratch.open('keys', lines, { how = string.format('botright %dsplit', math.min(#lines, vim.o.lines - 8)) })
end

--- short is the name of an image, or its id as lists show it.
local function short(image) return (image:gsub('^sha256:(%x%x%x%x%x%x%x%x%x%x%x%x)%x+$', '%1')) end

--- lines lays the lists out, and returns the item of each line.
local function lines(found)
  local out, rows = { found.where or '' }, {}
  if found.failed then
    return vim.list_extend(out, { '', 'The lists come back with it. R reads them at once.' }), rows
  end
  local function section(title, list, kind, cells)
    table.insert(out, '')
    table.insert(out, string.format('%s (%d)', title, #list))
    for i, line in ipairs(render.columns(vim.tbl_map(cells, list))) do
      table.insert(out, '  ' .. line)
      rows[#out] = { kind = kind, data = list[i] }
    end
  end
  local marks = { running = '●', paused = '◐', restarting = '◌', exited = '○', created = '○', dead = '✗' }
  local function live(c) return c.state == 'running' or c.state == 'paused' or c.state == 'restarting' end
  section('Containers', names.sort(found.containers, function(c) return (live(c) and 'a ' or 'b ') .. c.name end), 'container', function(c)
    local ports = {}
    for _, port in ipairs(compat.list(c.ports)) do
      local shown = string.format(':%d', compat.present(port.hostPort) or 0)
      if shown ~= ':0' and not vim.tbl_contains(ports, shown) then -- IPv4 and IPv6 are listed by themselves
        table.insert(ports, shown)
      end
    end
    local old = compat.present(c.outdated) and c.outdated ~= '' and 'out of date: ' .. c.outdated or ''
    return { marks[c.state] or '?', c.name, c.status, table.concat(ports, ' '), short(c.image), old }
  end)
  local images = {} -- one for each name: that is what is pushed and removed
  for _, i in ipairs(found.images) do
    for _, reference in ipairs(#compat.list(i.references) > 0 and i.references or { false }) do
      table.insert(images, vim.tbl_extend('force', i, { reference = reference or nil }))
    end
  end
  section('Images', names.sort(images, function(i) return i.reference or '~' .. i.id end), 'image', function(i)
    local used = #compat.list(i.containers)
    return { i.reference or '<none> ' .. short(i.id), names.bytes(i.size), used > 0 and string.format('used by %d', used) or '' }
  end)
  return out, rows
end

--- draw shows the lists and keeps the cursors on their items.
local function draw(found)
  local text, rows = lines(found)
  local before, windows = panel.rows, vim.fn.win_findbuf(panel.bufnr)
  local at = {}
  for _, window in ipairs(windows) do
    local item = before[vim.api.nvim_win_get_cursor(window)[1]]
    at[window] = item and item.data.id .. (item.data.reference or '')
  end
  panel.rows = rows
  scratch.set(panel.bufnr, 0, -1, text)
  local top -- the first line that is about something
  for line in pairs(rows) do
    top = math.min(top or line, line)
  end
  for _, window in ipairs(windows) do
    vim.wo[window].wrap = top == nil -- a list is in columns, why there is none is a sentence
    if top and not at[window] and vim.api.nvim_win_get_cursor(window)[1] == 1 then
      vim.api.nvim_win_set_cursor(window, { top, 2 })
    end
    for line, item in pairs(rows) do
      if item.data.id .. (item.data.reference or '') == at[window] then
        vim.api.nvim_win_set_cursor(window, { line, 2 })
      end
    end
  end
end

--- refresh reads both lists again. While it does, one more refresh waits at the most.
function M.refresh()
  if not panel.bufnr or not vim.api.nvim_buf_is_loaded(panel.bufnr) then
    return
  end
  if panel.loading then
    panel.again = true
    return
  end
  local found = { containers = {}, images = {}, missing = 2 }
  panel.loading, panel.again = found, false
  local function came(result, what)
    if panel.loading ~= found then
      return -- the list was opened anew meanwhile
    end
    if compat.present(result.error) then
      found.where, found.failed = 'no engine: ' .. result.error.message, true
    elseif type(result.data) == 'table' then
      found[what] = compat.list(result.data[what])
      if not found.failed and type(result.endpoint) == 'table' then
        found.where = 'g? keys   engine at ' .. result.endpoint.host
      end
    end
    found.missing = found.missing - 1
    if found.missing > 0 then
      return
    end
    panel.loading = nil
    if vim.api.nvim_buf_is_loaded(panel.bufnr) then
      draw(found)
    end
    if panel.again then
      M.refresh()
    end
  end
  call.run('container.list', { all = true }, { client = panel.client, done = function(result) came(result, 'containers') end, failed = function(message) came({ error = { message = message } }) end })
  call.run('image.list', {}, { client = panel.client, done = function(result) came(result, 'images') end, failed = function(message) came({ error = { message = message } }) end })
end

local settle = 700 -- ms

--- changed hears that the engine holds something else than before. The engine tells of a container's end before its list has
--- it: the lists are read again when that is over.
function M.changed(client_id)
  if not panel.client or panel.client.id ~= client_id then
    return
  end
  M.refresh()
  M.soon()
end

--- soon reads the lists in a moment.
function M.soon()
  if not panel.settling then
    panel.settling = true
    vim.defer_fn(report.guard(function()
      panel.settling = false
      M.refresh()
    end), settle)
  end
end

local aging = 60000 -- ms

--- age reads the lists from time to time while they are in sight: they say how long ago things were.
local function age()
  vim.defer_fn(report.guard(function()
    if not vim.api.nvim_buf_is_loaded(panel.bufnr) then
      panel.ages = false
      return
    end
    age()
    if vim.fn.bufwinid(panel.bufnr) ~= -1 then
      M.refresh()
    end
  end), aging)
end

--- open opens the list, or goes to it.
function M.open()
  require('dockwright.client').with(vim.api.nvim_get_current_buf(), function(client)
    panel.client, panel.loading = client, nil
    panel.bufnr = scratch.buffer('engine')
    panel.rows = panel.rows or {}
    if vim.bo[panel.bufnr].filetype ~= 'dockwright-panel' then
      vim.bo[panel.bufnr].filetype = 'dockwright-panel'
      for _, key in ipairs(M.keys) do
        scratch.map(panel.bufnr, 'nx', key.key, function() press(key) end, doc(key))
      end
      scratch.map(panel.bufnr, 'n', '<CR>', menu, 'pick from what can be done')
      scratch.map(panel.bufnr, 'n', 'g?', help, 'show the keys')
      scratch.map(panel.bufnr, 'n', 'R', M.refresh, 'read the lists again')
      vim.api.nvim_buf_call(panel.bufnr, function()
        vim.cmd([[syntax match Title /^\(Containers\|Images\) (\d\+)$/ | syntax match DiagnosticOk /●/ | syntax match String /●/ | syntax match Comment /^g? keys.*\|○/ | syntax match WarningMsg /out of date.*\|^no engine.*\|✗/]])
      end)
    end
    local window = scratch.show(panel.bufnr, { how = config.options.panel })
    vim.wo[window].cursorline = true
    M.refresh()
    if not panel.ages then
      panel.ages = true
      age()
    end
  end)
end

return M
