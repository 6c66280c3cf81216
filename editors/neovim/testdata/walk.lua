-- From opening a Dockerfile with mistakes to a clean image, a running container, a shell in it, and nothing left over.
local tour = dofile(os.getenv('DOCKWRIGHT_PLUGIN') .. '/testdata/tour.lua')

tour.run('walk', function()
  local dir, tag = os.getenv('DOCKWRIGHT_DIR'), os.getenv('DOCKWRIGHT_TAG')
  vim.cmd('edit ' .. vim.fn.fnameescape(dir .. '/Dockerfile'))
  local file = vim.api.nvim_get_current_buf()

  -- Diagnostics on the word, and a quick fix.
  tour.wait('a diagnostic', function() return tour.find(file, 'StageNameCasing') end)
  local diagnostic, marked = tour.find(file, 'StageNameCasing')
  if marked ~= 'Build' then
    tour.fail('the diagnostic marks %s', marked)
  end
  vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
  tour.answer('Change to build')
  vim.lsp.buf.code_action()
  tour.wait('the fix', function() return tour.text(file):find('AS build', 1, true) and tour.text(file):find('--from=build', 1, true) end)
  tour.wait('a clean file', function() return not tour.find(file, 'StageNameCasing') end)

  -- Format it. Newer Neovims are told after a moment that the server can.
  vim.api.nvim_buf_set_text(file, 0, 0, 0, 0, { '  ' })
  tour.wait('the formatted file', function()
    (vim.lsp.buf.format or vim.lsp.buf.formatting_sync)({ bufnr = file })
    return not tour.text(file):find('^ ')
  end)

  -- Build it, as a lens offers too.
  tour.lens(file, 'Build ')
  vim.cmd('Dockwright image.build tags=' .. tag)
  tour.hear('Built ' .. tag)
  if vim.lsp.inlay_hint then
    tour.wait('an inlay hint', function() return #vim.lsp.inlay_hint.get({ bufnr = file }) > 0 end)
  end

  -- Hover tells what of the base image is here.
  tour.at(file, 'busybox')
  local hover = vim.lsp.buf_request_sync(file, 'textDocument/hover', vim.lsp.util.make_position_params(0, 'utf-16'), 10000)
  local said = vim.inspect(hover)
  if not said:find('busybox', 1, true) then
    tour.fail('the hover says %s', said)
  end

  -- The list shows the image; a container of it appears when it runs in a terminal.
  vim.cmd('Dockwright panel')
  local panel = tour.buffer('dockwright://engine', tag)
  vim.api.nvim_set_current_win(vim.fn.bufwinid(file))
  require('dockwright').run('container.terminal', { run = { image = tag, name = os.getenv('DOCKWRIGHT_NAME') } })
  local name = os.getenv('DOCKWRIGHT_NAME')
  tour.buffer(tag, 'hello from the walk in')
  tour.buffer('dockwright://engine', name)
  tour.wait('its end', function() return tour.text(panel):find('○  ' .. name, 1, true) end)
  vim.cmd('stopinsert')

  -- Why did it stop?
  tour.at(panel, name)
  tour.press('e')
  local why = tour.buffer('explain ' .. name, 'Dockerfile:')
  vim.api.nvim_set_current_win(vim.fn.bufwinid(why))
  tour.press('q')

  -- Remove it: no means no, yes means yes.
  tour.at(panel, name)
  tour.answer('Cancel')
  tour.press('d')
  tour.hear('not confirmed')
  tour.at(panel, name)
  tour.answer('Remove')
  tour.press('d')
  tour.wait('the end of ' .. name, function() return not tour.text(panel):find(name, 1, true) end)
  tour.at(panel, tag)
  tour.answer('Remove')
  tour.press('d')
  tour.wait('the end of ' .. tag, function() return not tour.text(panel):find(tag, 1, true) end)

  -- A build that fails is one error on its line, and its output opens.
  tour.close()
  vim.cmd('buffer ' .. file)
  local last = vim.api.nvim_buf_line_count(file)
  vim.api.nvim_buf_set_lines(file, last, last, false, { 'RUN nosuch --all' })
  vim.cmd('Dockwright image.build')
  tour.hear('command not found: nosuch')
  local failed = tour.wait('the failed build', function() return (tour.find(file, 'BuildFailed')) end)
  if failed.lnum ~= last then
    tour.fail('the failed build is on line %d', failed.lnum + 1)
  end
  tour.buffer('dockwright://image.build', '[failed]')

  -- The next build that fails shows its output in the same window, and its actions are at hand.
  local windows = #vim.api.nvim_list_wins()
  vim.cmd('Dockwright image.build')
  tour.hear('command not found: nosuch')
  if #vim.api.nvim_list_wins() ~= windows then
    tour.fail('there are %d windows, not %d', #vim.api.nvim_list_wins(), windows)
  end
  vim.cmd('Dockwright actions')
  tour.question('command not found: nosuch')
end)
