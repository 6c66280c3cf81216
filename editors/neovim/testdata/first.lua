-- The first contact: questions of trust, a program that is missing, help and health, with nothing configured but the engine.
local tour = dofile(os.getenv('DOCKWRIGHT_PLUGIN') .. '/testdata/tour.lua')

tour.run('first', function()
  local dir = os.getenv('DOCKWRIGHT_DIR')

  -- The help is there, and tells of every option and every key.
  vim.cmd('helptags ' .. os.getenv('DOCKWRIGHT_HELP'))
  vim.cmd('noautocmd help dockwright') -- without the colours, for which a Neovim that is not installed lacks a parser
  local help = tour.text(0)
  for option in pairs(require('dockwright.config').defaults) do
    if not help:find('\n' .. option .. '  ', 1, true) then
      tour.fail('the help does not tell of the option %s', option)
    end
  end
  for _, key in ipairs(require('dockwright.panel').keys) do
    if not help:find('\n    ' .. key.key .. '  ', 1, true) then
      tour.fail('the help does not tell of the key %s', key.key)
    end
  end
  for own in pairs(require('dockwright.command').own) do
    if not help:find(':Dockwright ' .. own, 1, true) then
      tour.fail('the help does not tell of :Dockwright %s', own)
    end
  end
  vim.cmd('close')

  -- A program that is missing is told of once when Dockerfiles open, and by each command, in a line that says what to do.
  require('dockwright').setup({ binary = '/nonexistent/dockwright' })
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile'))
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile.other'))
  vim.cmd('edit #')
  if #tour.told > 1 then -- Neovim 0.12 keeps silent itself
    tour.fail('told: %s', vim.inspect(tour.told))
  end
  tour.told = {}
  for _, command in ipairs({ 'panel', 'image.build', 'container.list' }) do
    vim.cmd('Dockwright ' .. command)
    tour.hear('cannot be run: install it')
  end
  vim.cmd('checkhealth dockwright')
  tour.wait('the health', function() return tour.text(0):find('cannot be run', 1, true) end)
  tour.close()

  -- With the program, the buffer that is open gets its server.
  require('dockwright').setup({ binary = os.getenv('DOCKWRIGHT_BINARY'), settings = { engine = { host = os.getenv('DOCKWRIGHT_HOST') } } })
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile'))
  local file = vim.api.nvim_get_current_buf()
  tour.wait('a diagnostic', function() return tour.find(file, 'MaintainerDeprecated') end)

  -- Nothing is run in a workspace that is not trusted; yes is remembered.
  tour.answer('Cancel')
  vim.cmd('Dockwright image.build tags=' .. os.getenv('DOCKWRIGHT_TAG'))
  tour.question('Do you trust')
  tour.hear('not trusted')
  tour.answer('Trust')
  vim.cmd('Dockwright image.build tags=' .. os.getenv('DOCKWRIGHT_TAG'))
  tour.hear('Built ' .. os.getenv('DOCKWRIGHT_TAG'))
  tour.asked = {}
  vim.cmd('Dockwright image.build tags=' .. os.getenv('DOCKWRIGHT_TAG'))
  tour.hear('Built ' .. os.getenv('DOCKWRIGHT_TAG'))
  -- A folder in one that is open has the same server, which is trusted there too.
  vim.fn.mkdir(dir .. '/api')
  vim.fn.writefile({ 'FROM busybox:latest', 'MAINTAINER Jo' }, dir .. '/api/Dockerfile')
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/api/Dockerfile'))
  file = vim.api.nvim_get_current_buf()
  tour.wait('a diagnostic', function() return tour.find(file, 'MaintainerDeprecated') end)
  vim.cmd('Dockwright image.build tags=api-' .. os.getenv('DOCKWRIGHT_TAG'))
  tour.hear('Built api-' .. os.getenv('DOCKWRIGHT_TAG'))
  if #tour.asked > 0 then
    tour.fail('asked again: %s', vim.inspect(tour.asked))
  end
  if #require('dockwright.compat').clients() ~= 1 then
    tour.fail('there are %d servers', #require('dockwright.compat').clients())
  end
end)
