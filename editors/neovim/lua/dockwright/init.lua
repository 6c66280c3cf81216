--- dockwright: Dockerfiles and the container engine in Neovim, by the language server of the same name.
local report = require('dockwright.report')

local M = {}

local enabled = false

--- setup takes options (see :help dockwright-options) and gives Dockerfiles to the server. It need not be called.
M.setup = report.guard(function(options)
  local wrong = require('dockwright.config').set(options)
  if wrong then
    report.error(wrong)
  end
  enabled = true
  require('dockwright.client').enable()
end)

--- enable is setup with what vim.g.dockwright holds, unless setup has been called.
M.enable = report.guard(function()
  if not enabled and vim.g.dockwright ~= false then
    M.setup(vim.g.dockwright)
  end
end)

--- run calls a command of the server, for mappings: run('container.logs', { container = 'web' }). With done, the result goes there.
M.run = report.guard(function(id, arguments, done)
  require('dockwright.call').run(id, arguments, { done = done })
end)

return M
