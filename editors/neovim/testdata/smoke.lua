-- Opens a Dockerfile, waits for its diagnostics, applies the quick fix for one of them and waits until it is gone.
-- Runs in Neovim 0.7 and later: nvim --headless -u NONE -i NONE -n -c 'luafile smoke.lua'

local function fail(message)
  io.stderr:write('FAIL ' .. message .. '\n')
  vim.cmd('cquit 1')
end

local function run()
  local binary, file = os.getenv('DOCKWRIGHT_BINARY'), os.getenv('DOCKWRIGHT_FILE')
  vim.cmd('edit ' .. vim.fn.fnameescape(file))
  vim.bo.filetype = 'dockerfile'
  local buffer = vim.api.nvim_get_current_buf()
  local config = { name = 'dockwright', cmd = { binary, '--stdio' }, root_dir = vim.fn.fnamemodify(file, ':h') }
  local id
  if vim.lsp.start then
    id = vim.lsp.start(config)
  else
    id = vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(buffer, id)
  end

  -- find gives the diagnostic of that rule and the text that it marks.
  local function find(rule)
    for _, d in ipairs(vim.diagnostic.get(buffer)) do
      if d.code == rule or (d.user_data and d.user_data.lsp and d.user_data.lsp.code == rule) then
        local line = vim.api.nvim_buf_get_lines(buffer, d.lnum, d.lnum + 1, true)[1]
        return d, line:sub(d.col + 1, d.end_col)
      end
    end
  end
  if not vim.wait(20000, function() return find('StageNameCasing') ~= nil end, 10) then
    return fail('no diagnostic for StageNameCasing')
  end
  local diagnostic, marked = find('StageNameCasing')
  if marked ~= 'Build' then
    return fail('the diagnostic marks ' .. marked)
  end

  local client = vim.lsp.get_client_by_id(id)
  local encoding = client.offset_encoding or 'utf-16'
  local position = { line = diagnostic.lnum, character = diagnostic.col }
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = position, ['end'] = position },
    context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, diagnostic.lnum), only = { 'quickfix' } },
  }
  local reply = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 10000)
  local action
  for _, candidate in ipairs((reply and reply[id] and reply[id].result) or {}) do
    if candidate.title:find('Change to build', 1, true) then action = candidate end
  end
  if not action then
    return fail('no code action that changes the name, but ' .. vim.inspect(reply))
  end
  if not action.edit then
    local resolved = vim.lsp.buf_request_sync(buffer, 'codeAction/resolve', action, 10000)
    action = resolved[id].result
  end
  vim.lsp.util.apply_workspace_edit(action.edit, encoding)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
  if not text:find('AS build', 1, true) or not text:find('--from=build', 1, true) then
    return fail('the text after the fix is ' .. text)
  end
  if not vim.wait(20000, function() return find('StageNameCasing') == nil end, 10) then
    return fail('the diagnostic stays after the fix')
  end
  local version = vim.version()
  io.stdout:write(string.format('PASS Neovim %d.%d.%d\n', version.major, version.minor, version.patch))
  vim.cmd('qall!')
end

local ok, err = pcall(run)
if not ok then fail(tostring(err)) end
