-- The keys of the list of containers and images, and :Dockwright! with force.
local tour = dofile(os.getenv('DOCKWRIGHT_PLUGIN') .. '/testdata/tour.lua')

tour.run('keys', function()
  local dir, tag, name = os.getenv('DOCKWRIGHT_DIR'), os.getenv('DOCKWRIGHT_TAG'), os.getenv('DOCKWRIGHT_NAME')
  local registry = os.getenv('DOCKWRIGHT_REGISTRY')
  local opened = {}
  if vim.ui.open then
    vim.ui.open = function(uri)
      table.insert(opened, uri)
      return { wait = function() return { code = 0 } end }
    end
  else
    local executable = vim.fn.executable
    vim.fn.executable = function(program) return (program == 'xdg-open' or program == 'open') and 0 or executable(program) end
  end

  local function run(id, arguments)
    local got
    require('dockwright').run(id, arguments, function(result) got = result end)
    return tour.wait('the answer of ' .. id, function() return got end)
  end
  local function container(which)
    return run('container.list', { all = true, name = which }).data.containers[1]
  end

  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile'))
  local file = vim.api.nvim_get_current_buf()
  vim.cmd('Dockwright image.build tags=' .. tag)
  tour.hear('Built ' .. tag)
  local began = run('container.run', { image = tag, name = name, detach = true, publishAll = true })
  if began.status ~= 'ok' then
    tour.fail('the run is %s', vim.inspect(began))
  end
  vim.cmd('Dockwright panel')
  local panel = tour.buffer('dockwright://engine', '●  ' .. name)
  local function press(at, key, answer)
    for i, line in ipairs(vim.api.nvim_buf_get_lines(panel, 0, -1, false)) do
      if (line .. ' '):find('  ' .. at .. ' ', 1, true) then -- images, which come last, are meant before the containers of them
        vim.api.nvim_set_current_win(vim.fn.bufwinid(panel))
        vim.api.nvim_win_set_cursor(0, { i, 2 })
      end
    end
    if answer then
      tour.answer(answer)
    end
    tour.press(key)
  end
  local function lists(text) tour.buffer('dockwright://engine', text) end

  -- It is paused and resumed, and shows what it uses and what it has changed.
  press(name, 'p')
  lists('◐  ' .. name)
  press(name, 'p')
  lists('●  ' .. name)
  press(name, 'u')
  tour.buffer('dockwright://container.stats ' .. name, 'memory: ')
  run('container.exec', { container = name, argv = { 'touch', '/changed' } })
  press(name, 'h')
  tour.buffer('dockwright://container.diff ' .. name, '/changed')
  press(tag, 'h')
  tour.buffer('dockwright://image.history ' .. tag, 'CMD')
  press(tag, 'i')
  tour.buffer('dockwright://inspect', tag)

  -- Its address opens, or is told where nothing opens it.
  press(name, 'o')
  if vim.ui.open then
    tour.wait('the address', function() return (opened[1] or ''):find('^http://localhost:%d+$') end)
  else
    tour.hear(name .. ' answers at http://localhost:')
  end

  -- Its main process shows in a terminal.
  press(name, 'a')
  tour.buffer(name .. ' [', 'tick')
  tour.close()
  vim.cmd('Dockwright panel')

  -- It is renamed and restarted.
  press(name, 'n', name .. '-two')
  if tour.offered ~= name then
    tour.fail('the new name begins as %s', vim.inspect(tour.offered))
  end
  lists('●  ' .. name .. '-two')
  name = name .. '-two'
  press(name, 'r')
  tour.hear('Restart a container: ' .. name .. ' is running')

  -- An image is tagged, pushed and run.
  local pushed = registry .. '/' .. tag
  press(tag, 'n', pushed)
  lists(pushed)
  tour.told = {}
  press(pushed, 'P')
  tour.hear('Push an image')
  press(tag, 'r')
  local other = tour.wait('another container', function()
    for _, c in ipairs(run('container.list', { all = true, ancestor = tag }).data.containers) do
      if c.name ~= name then
        return c.name
      end
    end
  end)

  -- Its Dockerfile is built again, and it is replaced, once that is confirmed.
  local before = container(name).id
  vim.api.nvim_buf_set_lines(file, -1, -1, false, { 'LABEL changed=yes' })
  press(name, 'b', 'Cancel')
  tour.hear('not confirmed')
  press(name, 'b', 'ebuild')
  tour.hear(name .. ' is running, of ')
  if container(name).id == before then
    tour.fail('it is the same container')
  end

  -- The bang forces what asks for force.
  vim.cmd('Dockwright container.remove ' .. name)
  tour.question('is running')
  tour.answer('Remove')
  vim.cmd('Dockwright! container.remove ' .. name)
  tour.hear('Removed ' .. name)

  -- What is left goes too, all names of an image one by one.
  tour.answer('Remove')
  vim.cmd('Dockwright! container.remove ' .. other)
  tour.hear('Removed ' .. other)
  vim.cmd('Dockwright panel')
  vim.cmd('Dockwright panel') -- while it is being read
  for _, image in ipairs({ pushed, tag }) do
    press(image, 'D', 'Remove')
    tour.wait('the end of ' .. image, function() return not (tour.text(panel) .. '\n'):find('  ' .. image .. ' ', 1, true) end)
  end
end)
