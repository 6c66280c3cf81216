-- What the walk does not pass: completion, arguments, questions, logs, jobs, failures, and the server's end.
local tour = dofile(os.getenv('DOCKWRIGHT_PLUGIN') .. '/testdata/tour.lua')

local function same(what, got, want)
  if not vim.deep_equal(got, want) then
    tour.fail('%s is %s, not %s', what, vim.inspect(got), vim.inspect(want))
  end
end

local function run(id, arguments)
  local got
  require('dockwright').run(id, arguments, function(result) got = result end)
  return tour.wait('the answer of ' .. id, function() return got end)
end

tour.run('more', function()
  local dir, tag, name = os.getenv('DOCKWRIGHT_DIR'), os.getenv('DOCKWRIGHT_TAG'), os.getenv('DOCKWRIGHT_NAME')

  -- Names of Dockerfiles.
  for _, file in ipairs({ 'dev.Containerfile', 'Dockerfile-dev', 'Dockerfile.dev', 'Containerfile', 'app.dockerfile' }) do
    vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/' .. file))
    same('the type of ' .. file, vim.bo.filetype, 'dockerfile')
  end
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile.dockerignore'))
  if vim.bo.filetype == 'dockerfile' then
    tour.fail('an ignore file is no Dockerfile')
  end
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile'))
  local file = vim.api.nvim_get_current_buf()

  -- Arguments as people type them.
  local arguments, catalog = require('dockwright.arguments'), require('dockwright.catalog')
  local function parse(id, line) return arguments.parse(catalog.get(id), line) end
  same('a program', parse('container.exec', 'web ls -l "/a b" x=1'), { container = 'web', argv = { 'ls', '-l', '/a b', 'x=1' } })
  same('options', parse('image.build', 'tags=a:1 tags=b:1 args.VERSION=1.2 noCache=true'), { tags = { 'a:1', 'b:1' }, args = { VERSION = '1.2' }, noCache = true })
  same('JSON of an argument', parse('container.run', 'busybox ports=[{"containerPort": 80}] argv=["sh", "-c", "a b"]'), { image = 'busybox', ports = { { containerPort = 80 } }, argv = { 'sh', '-c', 'a b' } })
  same('JSON of all', parse('container.list', '{"all": true}'), { all = true })
  same('several', parse('container.remove', 'web db cache'), { containers = { 'web', 'db', 'cache' } })
  same('a second word', parse('container.rename', 'web other'), { container = 'web', name = 'other' })
  same('a second name', parse('image.tag', 'app:v1 app:v2'), { image = 'app:v1', reference = 'app:v2' })
  same('a folder', parse('image.build', '/x/Dockerfile contextDir=/x'), { dockerfile = '/x/Dockerfile', contextDir = '/x' })
  for _, wrong in ipairs({ { 'image.build', 'nocache=true' }, { 'container.list', 'all=maybe' }, { 'container.logs', 'web tail=ten' }, { 'container.list', '{"all"' }, { 'container.run', 'busybox env=A' } }) do
    local got, why = parse(wrong[1], wrong[2])
    if got or not why then
      tour.fail('%s %s is %s', wrong[1], wrong[2], vim.inspect(got))
    end
  end

  same('a name that is mistyped', select(2, parse('image.build', 'tagz=a:b')), 'there is no argument tagz: do you mean tags?')
  same('a part of what is mistyped', select(2, parse('image.build', 'arg.A=b')), 'there is no argument arg: do you mean args?')

  -- Names and plans as people read them.
  local names = require('dockwright.names')
  same('names in order', names.sort({ 'many10', 'many2', 'a' }, tostring), { 'a', 'many2', 'many10' })
  local plan = { title = 'Prune', size = 2000, loses = { 'A file is lost.' }, items = {} }
  for i = 1, 22 do
    table.insert(plan.items, { kind = 'container', name = 'many' .. i, reason = string.format('Exited (0) %d seconds ago', i) })
  end
  local layout = require('dockwright.plan')
  same('the question', layout.question(plan), 'Prune (22 items)?')
  same('a plan that fits', #layout.lines(plan, nil, 80, 40), 25)
  local shown = table.concat(layout.lines(plan, nil, 80, 10), '\n')
  for _, text in ipairs({ 'A file is lost.', 'Frees 2 kB.', ' many1,', ' many22' }) do
    if not shown:find(text, 1, true) then
      tour.fail('the plan is %s', shown)
    end
  end
  same('rows of what is broken', layout.rows({ 'four', ('x'):rep(21), '' }, 10), 5)
  same('a plan that does not fit', layout.lines(plan, nil, 30, 5)[5]:match('… %d+ more'), '… 21 more')

  -- What is wrong is said in a line.
  vim.cmd('Dockwright container.nosuch')
  tour.hear('there is no command container.nosuch')
  vim.cmd('Dockwright container.list all=maybe')
  tour.hear('all is true or false')
  require('dockwright').run('container.start', { containers = 7 })
  tour.hear('must be a list')
  vim.cmd('Dockwright cancel')
  tour.hear('nothing runs')
  same('what is wrong with options', require('dockwright.config').set({ nosuch = 1 }), 'there is no option nosuch: see :help dockwright-options')
  same('what is wrong with an option', require('dockwright.config').set({ code_lens = 'yes' }), 'the option code_lens must be a boolean, not a string')

  -- A container to work with; its output follows, its end too.
  local began = run('container.run', { image = 'busybox:latest', name = name, detach = true, argv = { 'sh', '-c', 'echo one; echo two >&2; while ! rm /stop 2>/dev/null; do sleep 0.1; done; echo three' } })
  same('the run', began.status, 'ok')

  -- Completion: commands, names of arguments, containers, images.
  local function completes(line, want)
    local got = vim.fn.getcompletion(line, 'cmdline')
    if not vim.tbl_contains(got, want) then
      tour.fail('%s completes to %s', line, vim.inspect(got))
    end
  end
  completes('Dockwright container.ex', 'container.exec')
  completes('Dockwright pa', 'panel')
  completes('Dockwright image.build no', 'noCache=')
  completes('Dockwright image.build noCache=', 'noCache=true')
  completes('Dockwright image.build ar', 'args.')
  completes('Dockwright container.logs ' .. name:sub(1, 6), name)
  completes('Dockwright container.run busy', 'busybox:latest')

  -- Exec: its output opens, with its exit code.
  vim.cmd('Dockwright container.exec ' .. name .. ' sh -c "echo out of $((6*7)); exit 3"')
  tour.buffer('container.exec ' .. name, 'out of 42\n[exit code 3]')

  -- Logs follow until the container ends; two at a time stay apart.
  vim.cmd('Dockwright container.logs ' .. name .. ' stream=stderr')
  vim.cmd('Dockwright container.logs ' .. name .. ' stream=stdout')
  local stderr = tour.buffer('container.logs ' .. name, 'two')
  local stdout = tour.buffer('container.logs ' .. name, 'one')
  run('container.exec', { container = name, argv = { 'touch', '/stop' } })
  tour.buffer('container.logs ' .. name, 'three')
  if stdout == stderr or tour.text(stderr):find('one') or tour.text(stdout):find('two') then
    tour.fail('the logs are mixed: %s and %s', tour.text(stderr), tour.text(stdout))
  end

  -- It follows until its window is closed.
  same('jobs that run', #require('dockwright.jobs').running(), 2)
  tour.close()
  tour.wait('the end of both logs', function() return #require('dockwright.jobs').running() == 0 end)

  -- A job that somebody else has begun, such as another plugin, is none of the user's calls; it can be cancelled all the same.
  local theirs = { command = 'dockwright.container.exec', arguments = { { container = name .. '-other', argv = { 'sh', '-c', 'echo theirs; sleep 1000' } } } }
  run('container.run', { image = 'busybox:latest', name = name .. '-other', detach = true, argv = { 'sleep', '1000' } })
  local compat, jobs, answered = require('dockwright.compat'), require('dockwright.jobs'), false
  compat.request(compat.clients()[1], 'workspace/executeCommand', theirs, function() answered = true end)
  vim.cmd('Dockwright container.exec ' .. name .. '-other sh -c "echo ours; sleep 1"')
  local ours = tour.buffer('container.exec ' .. name .. '-other', 'ours\n[exit code 0]')
  local their = tour.wait('their job', function() return #jobs.running() == 1 and jobs.newest() == jobs.running()[1] and jobs.running()[1] end)
  same('what they have written', { their.lines, tour.text(ours):find('theirs') }, { { 'theirs', '' } })
  jobs.cancel(their)
  tour.wait('the answer of their call', function() return answered end)
  tour.answer('Remove container')
  same('the removal', run('container.remove', { containers = { name .. '-other' }, force = true }).status, 'ok')

  -- What has ended cannot be used, and the error has actions.
  tour.wait('its end', function()
    for _, c in ipairs(run('container.list', { all = true, name = name }).data.containers) do
      return c.state == 'exited'
    end
  end)
  tour.answer('Start and exec')
  vim.cmd('Dockwright container.exec ' .. name .. ' echo again')
  tour.buffer('dockwright://', 'again')

  -- A missing argument is asked for.
  tour.answer(name)
  vim.cmd('Dockwright container.inspect')
  tour.buffer('dockwright://inspect', '"' .. name .. '"')
  tour.answer('echo "was  asked"')
  vim.cmd('Dockwright container.exec container=' .. name)
  tour.buffer('dockwright://container.exec', 'was  asked\n[')
  local copied = vim.fn.tempname()
  for _, answer in ipairs({ name, 'Out of', '/bin/busybox', copied }) do
    tour.answer(answer)
  end
  vim.cmd('Dockwright container.copy')
  tour.hear('Copy files')
  same('what was copied', vim.fn.filereadable(copied), 1)
  tour.answer('engine.info')
  vim.cmd('Dockwright')
  local info = tour.buffer('dockwright://engine.info', 'version: ')
  same('what stands first', tour.text(info):match('^(%a+): [^\n]*\n%a+: [^\n]*\nendpoint: unix:'), 'name')

  -- Lists and details are tables.
  vim.cmd('Dockwright container.list all=true')
  tour.buffer('dockwright://container.list', name)
  vim.cmd('Dockwright container.list name=nosuch')
  tour.hear('there is nothing to show')
  vim.cmd('Dockwright image.history busybox:latest')
  tour.buffer('dockwright://image.history', 'rows:')
  vim.cmd('Dockwright container.top ' .. name)
  tour.buffer('dockwright://top', 'PID')
  vim.cmd('Dockwright image.contextPreview ' .. vim.fn.fnameescape(dir) .. '/Dockerfile')
  tour.buffer('dockwright://image.contextPreview', 'files')

  -- The list of the engine, with keys.
  vim.cmd('Dockwright panel')
  local panel = tour.buffer('dockwright://engine', '●  ' .. name)
  tour.at(panel, name)
  tour.answer('Cancel')
  tour.press('K')
  tour.question('Kill ' .. name .. '?')
  tour.answer('Kill ')
  tour.press('K')
  tour.buffer('dockwright://engine', '○  ' .. name)
  tour.at(panel, name)
  tour.answer('start')
  tour.press('<CR>')
  tour.buffer('dockwright://engine', '●  ' .. name)
  tour.at(panel, name)
  tour.press('t')
  local shell = tour.buffer(name .. ': ', '/ #')
  vim.api.nvim_chan_send(vim.bo[shell].channel, 'echo in a shell $((6*7)); exit 3\r')
  tour.wait('the end of the shell', function() return not vim.api.nvim_buf_is_valid(shell) end)
  tour.at(panel, name)
  tour.answer('echo by key')
  tour.press('x')
  tour.buffer('dockwright://', 'by key')
  tour.at(panel, name)
  tour.answer('Remove container')
  tour.press('VD')
  tour.wait('its end', function() return not tour.text(panel):find(name, 1, true) end)
  tour.press('g?')
  tour.buffer('dockwright://keys', 'remove by force')
  tour.close()

  -- A build is cancelled.
  vim.cmd('buffer ' .. file)
  vim.api.nvim_buf_set_lines(file, 0, -1, false, { 'FROM busybox:latest', 'RUN echo ' .. name .. ' && sleep 1000' })
  vim.cmd('Dockwright image.build tags=' .. tag)
  tour.wait('the build', function()
    local job = require('dockwright.jobs').newest()
    return job and not job.ended and table.concat(job.lines, '\n'):find(name, 1, true)
  end)
  local label = require('dockwright.jobs').label(require('dockwright.jobs').newest())
  if not label:find('^Build an image  ' .. vim.pesc(tag) .. '  Dockerfile.*  %d') and not label:find('Dockerfile  %d', 1) then
    tour.fail('the build is called %s', label)
  end
  vim.cmd('Dockwright output')
  same('where the cursor is', vim.api.nvim_get_current_buf(), tour.buffer('dockwright://image.build', name))
  tour.press('<C-c>')
  tour.hear('Build an image: cancelled')
  vim.api.nvim_set_current_win(vim.fn.bufwinid(file))

  -- A build without a word about it gets the name that the lens has; its output takes the window of the one before.
  vim.api.nvim_buf_set_lines(file, 0, -1, false, { 'FROM busybox:latest', 'RUN echo by lens in ' .. name })
  tour.lens(file, 'Build ')
  vim.cmd('Dockwright image.build')
  tour.hear('Built a-b:latest')
  tour.buffer('dockwright://image.build a-b:latest', '[ended]')
  if vim.fn.bufwinid('dockwright://image.build ' .. tag) ~= -1 then
    tour.fail('the build that was cancelled is still shown')
  end

  -- A run without a word about it can be of the Dockerfile.
  tour.answer('this Dockerfile')
  vim.cmd('Dockwright container.run name=' .. name .. '-run argv=["sleep","1000"]')
  tour.question('which image?')
  tour.wait('the container', function()
    local found = run('container.list', { all = true, name = name .. '-run' }).data.containers[1]
    return found and found.image == 'a-b:latest'
  end)

  -- What clears the way for what has failed lets it be done again.
  tour.buffer('dockwright://container.run', '\n[started]')
  for _, answer in ipairs({ 'Remove ', 'Remove ', 'Run a container' }) do
    tour.answer(answer)
  end
  vim.cmd('Dockwright container.run busybox name=' .. name .. '-run detach=true argv=["sleep","1000"]')
  tour.question('Try again?')
  tour.wait('the other container', function()
    local found = run('container.list', { name = name .. '-run' }).data.containers[1]
    return found and found.image == 'busybox'
  end)
  tour.told = {}
  tour.answer('Remove ')
  vim.cmd('Dockwright! container.remove ' .. name .. '-run')
  tour.hear('Removed ' .. name .. '-run')

  -- The lens of a line is run; from a line without, all can be.
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  tour.answer('Build ')
  vim.cmd('Dockwright lens')
  tour.hear('Built ')
  vim.api.nvim_win_set_cursor(0, { 2, 0 })
  tour.answer('1: Build ')
  vim.cmd('Dockwright lens')
  tour.hear('Built ')

  -- An engine that does not answer is told once, and nothing breaks.
  vim.cmd('Dockwright engine.info host=unix:///nonexistent/docker.sock')
  tour.question('no such socket')

  -- Health.
  vim.cmd('checkhealth dockwright')
  tour.wait('the health', function() return tour.text(0):find('the engine:', 1, true) end)
  tour.close()

  -- The server dies: the user is told, and it starts again.
  vim.cmd('buffer ' .. file)
  local job = tour.wait('the pid', function() return vim.fn.system({ 'pgrep', '-P', tostring(vim.fn.getpid()), '-f', 'dockwright --stdio' }):match('%d+') end)
  vim.fn.system({ 'kill', '-KILL', job })
  tour.hear('the server has ended')
  if vim.lsp.codelens.__namespaces then -- else Neovim clears them
    tour.wait('the end of its lenses', function()
      for _, namespace in pairs(vim.lsp.codelens.__namespaces) do
        if #vim.api.nvim_buf_get_extmarks(file, namespace, 0, -1, {}) > 0 then
          return false
        end
      end
      return true
    end)
  end
  vim.cmd('Dockwright restart')
  tour.told = {}
  tour.wait('the server', function() return compat.clients()[1] and compat.clients()[1].initialized and vim.lsp.buf_is_attached(file, compat.clients()[1].id) end)

  -- It is started anew in the middle of a build, which is no surprise.
  vim.api.nvim_buf_set_lines(file, 0, -1, false, { 'FROM busybox:latest', 'RUN echo again ' .. name .. ' && sleep 1000' })
  vim.cmd('Dockwright image.build tags=' .. tag)
  tour.wait('the build', function() return #require('dockwright.jobs').running() > 0 end)
  local old = compat.clients()[1].id
  vim.cmd('Dockwright restart')
  tour.wait('the new server', function()
    local client = compat.clients()[1]
    return client and client.id ~= old and client.initialized
  end)
  for _, told in ipairs(tour.told) do
    if told:find('has ended', 1, true) then
      tour.fail('told: %s', told)
    end
  end
end)
