--- Starts the server and gives buffers to it, in the way that the version of Neovim has for it.
local compat = require('dockwright.compat')
local config = require('dockwright.config')
local report = require('dockwright.report')

local M = {}

local waiting = {} -- client id -> functions that wait until it is ready

--- found tells whether the program can be run, and tells the user if not: of each command, and once of the Dockerfiles that open.
local told = false
function M.found(opened)
  if vim.fn.executable(config.options.binary) == 1 then
    return true
  end
  if not (opened and told) then
    told = true
    report.error(string.format('the program %s cannot be run: install it, or set its path by require("dockwright").setup({ binary = … })', config.options.binary))
  end
  return false
end

local loose = {} -- folders of Dockerfiles without a repository, which have been somebody's root

--- root is the folder of a buffer's project: what holds .git, else the buffer's own folder, or one around it that is a root already.
function M.root(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  local file = name ~= '' and not name:find('^%a[%w+.-]+://')
  local here = file and vim.fn.fnamemodify(name, ':p:h') or vim.fn.getcwd()
  local dir, around = here, nil
  while true do
    if vim.fn.isdirectory(dir .. '/.git') == 1 or vim.fn.filereadable(dir .. '/.git') == 1 then
      return dir
    end
    around = around or loose[dir] and dir
    local above = vim.fn.fnamemodify(dir, ':h')
    if above == dir then
      break
    end
    dir = above
  end
  if file and not around then
    loose[here] = true
  end
  return around or here
end

--- server is the configuration that vim.lsp wants.
function M.server()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.workspace = vim.tbl_deep_extend('force', capabilities.workspace or {}, { codeLens = { refreshSupport = true } })
  capabilities.window = vim.tbl_deep_extend('force', capabilities.window or {}, { showDocument = { support = true } })
  return {
    name = 'dockwright',
    cmd = { config.options.binary, '--stdio' },
    filetypes = { 'dockerfile' },
    capabilities = capabilities,
    init_options = config.init_options(),
    settings = { dockwright = vim.tbl_isempty(config.options.settings) and vim.empty_dict() or config.options.settings },
    handlers = require('dockwright.handlers').table(),
    on_init = report.guard(M.ready),
    on_attach = report.guard(function(client, bufnr) require('dockwright.lens').attach(client, bufnr) end),
    on_exit = vim.schedule_wrap(report.guard(M.gone)),
  }
end

--- ready takes a client that has been initialised: its commands run through the plugin from now on.
function M.ready(client)
  local provider = client.server_capabilities.executeCommandProvider
  for _, id in ipairs(type(provider) == 'table' and provider.commands or {}) do
    client.commands[id] = report.guard(function(command)
      local arguments = compat.list(command.arguments)[1]
      require('dockwright.call').run(id, arguments, { client = client })
    end)
  end
  local functions = waiting[client.id] or {}
  waiting[client.id] = nil
  vim.schedule(function()
    for _, f in ipairs(functions) do
      f(client)
    end
  end)
end

local dismissed = {} -- client id -> true: the user has it restarted

function M.gone(code, signal, id)
  waiting[id] = nil
  require('dockwright.jobs').forget(id)
  require('dockwright.lens').clear(id)
  if (code ~= 0 or signal ~= 0) and vim.v.exiting == vim.NIL and not dismissed[id] then
    report.error(string.format('the server has ended (%s %d): :Dockwright restart starts it again', signal ~= 0 and 'signal' or 'exit code', signal ~= 0 and signal or code))
  end
end

--- attach gives a buffer to the server of its project. Neovim 0.11 and later do it themselves: see enable.
function M.attach(bufnr)
  if not M.found(true) or vim.bo[bufnr].buftype ~= '' then
    return
  end
  local server = M.server()
  server.root_dir = M.root(bufnr)
  if vim.lsp.start then
    vim.api.nvim_buf_call(bufnr, function() vim.lsp.start(server) end)
    return
  end
  for _, client in ipairs(compat.clients()) do
    if client.config.root_dir == server.root_dir then
      return vim.lsp.buf_attach_client(bufnr, client.id)
    end
  end
  local id = M.spawn(server)
  if id then
    vim.lsp.buf_attach_client(bufnr, id)
  end
end

-- Neovim 0.7 lists a client only when it is initialised: two buffers at once would get a server each.
local starting = {} -- root -> client id

--- spawn starts a server for no buffer.
function M.spawn(server)
  if vim.lsp.config then
    return vim.lsp.start(server, { attach = false })
  end
  local known = starting[server.root_dir]
  if known and vim.lsp.get_client_by_id(known) then
    return known
  end
  starting[server.root_dir] = vim.lsp.start_client(server)
  return starting[server.root_dir]
end

--- with calls f with a client that is ready: the buffer's, else any, else one that is started for it.
function M.with(bufnr, f)
  f = report.guard(f)
  local clients = compat.clients()
  local client = clients[1]
  for _, candidate in ipairs(clients) do
    if vim.lsp.buf_is_attached(bufnr, candidate.id) then
      client = candidate
      break
    end
  end
  if client and client.initialized then
    return f(client)
  end
  local id = client and client.id
  if not id then
    if not M.found() then
      return
    end
    local server = M.server()
    server.root_dir = M.root(bufnr)
    id = M.spawn(server)
  end
  if not id then
    return report.error('the server could not be started: see :LspLog, or ' .. vim.lsp.get_log_path())
  end
  waiting[id] = waiting[id] or {}
  table.insert(waiting[id], f)
end

--- dockerfiles are the buffers that a server is for.
local function dockerfiles()
  return vim.tbl_filter(function(bufnr)
    return vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].filetype == 'dockerfile'
  end, vim.api.nvim_list_bufs())
end

local users -- what the user has set by vim.lsp.config before

--- enable has Dockerfiles given to the server, those that are open now and those to come.
function M.enable()
  if vim.lsp.config and vim.lsp.enable then
    local server = M.server()
    server.root_dir = function(bufnr, on_dir)
      if M.found(true) then
        on_dir(M.root(bufnr))
      end
    end
    -- What the user has set by vim.lsp.config comes first; what an earlier setup() set is gone.
    if not users then
      local ok, found = pcall(function() return vim.lsp.config.dockwright end)
      users = ok and type(found) == 'table' and found or {}
    end
    vim.lsp.config.dockwright = vim.tbl_deep_extend('force', server, users)
    vim.lsp.enable('dockwright')
    return
  end
  local group = vim.api.nvim_create_augroup('dockwright', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'dockerfile',
    callback = function(event) report.guard(M.attach)(event.buf) end, -- nothing may be returned: true removes an autocommand
  })
  for _, bufnr in ipairs(dockerfiles()) do
    M.attach(bufnr)
  end
end

--- restart ends the servers and starts them again.
function M.restart()
  told, starting = false, {}
  for _, client in ipairs(compat.clients()) do
    dismissed[client.id] = true
    compat.stop(client)
  end
  local function again(tries)
    if #compat.clients() > 0 and tries > 0 then
      return vim.defer_fn(function() again(tries - 1) end, 50)
    end
    if vim.lsp.config and vim.lsp.enable then
      vim.lsp.enable('dockwright', false)
      vim.lsp.enable('dockwright')
    else
      M.enable()
    end
  end
  again(100)
end

return M
