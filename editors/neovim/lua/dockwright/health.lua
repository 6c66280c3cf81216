--- :checkhealth dockwright
local M = {}

function M.check()
  local health = vim.health or require('health')
  local start = health.start or health.report_start
  local ok, info = health.ok or health.report_ok, health.info or health.report_info
  local warn, err = health.warn or health.report_warn, health.error or health.report_error
  local compat, config = require('dockwright.compat'), require('dockwright.config')

  start('dockwright')
  if vim.fn.has('nvim-0.7') == 1 then
    ok('Neovim is 0.7 or newer')
  else
    err('Neovim 0.7 or newer is needed')
  end
  local program = config.options.binary
  if vim.fn.executable(program) == 0 then
    err('the program ' .. program .. ' cannot be run', { 'Install dockwright, or set its path: require("dockwright").setup({ binary = "/path/to/dockwright" })' })
    return
  end
  ok(vim.fn.exepath(program) .. ': ' .. vim.trim(vim.fn.system({ program, 'version' }):gsub('\n', ', ')))
  local commands = vim.tbl_count(require('dockwright.catalog').all())
  if commands > 0 then
    ok(commands .. ' commands: :Dockwright')
  else
    err('the program does not describe its commands', { 'Install a newer dockwright' })
  end
  if vim.lsp.inlay_hint then
    ok('inlay hints ' .. (config.options.inlay_hints and 'show what builds took' or 'are switched off'))
  else
    info('inlay hints need Neovim 0.10')
  end
  local clients = compat.clients()
  if #clients == 0 then
    info('the server does not run: it starts with the first Dockerfile or command')
    return
  end
  for _, client in ipairs(clients) do
    ok(string.format('the server runs in %s, for buffers: %d', client.config.root_dir or 'no folder', #compat.buffers(client)))
    local id = require('dockwright.call').id(client, 'engine.info')
    local answer = compat.request_sync(client, 'workspace/executeCommand', { command = id, arguments = { vim.empty_dict() } }, 5000, 0)
    local result = answer and answer.result
    if type(result) ~= 'table' then
      warn('the server did not tell of an engine within 5 s')
    elseif result.status == 'ok' then
      ok(string.format('the engine: %s %s at %s', result.data.product or '', result.data.version, result.endpoint.host))
    else
      warn(result.error and result.error.message or 'no engine', { 'Dockerfiles are checked without one; building and running need it' })
    end
  end
  for _, fault in ipairs(require('dockwright.report').faults) do
    err('a fault in the plugin, please report it:\n' .. fault)
  end
end

return M
