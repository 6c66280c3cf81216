--- What the server sends of its own accord.
local compat = require('dockwright.compat')
local report = require('dockwright.report')

local M = {}

--- otherwise calls what Neovim does by itself, if it does anything.
local function otherwise(method, ...)
  local handler = vim.lsp.handlers[method]
  if handler then
    return handler(...)
  end
end

local handlers = {}

handlers['dockwright/job/output'] = function(_, piece, ctx)
  require('dockwright.jobs').output(ctx.client_id, piece)
end

handlers['dockwright/engine/changed'] = function(_, change, ctx)
  require('dockwright.panel').changed(ctx.client_id, change)
end

handlers['$/progress'] = function(err, result, ctx, more)
  pcall(otherwise, '$/progress', err, result, ctx, more) -- 0.7 fails on a report without a begin
  require('dockwright.jobs').progress(ctx.client_id, result)
end

handlers['window/showMessage'] = function(_, result)
  local show = ({ report.error, report.warn })[result.type] or report.info
  if require('dockwright.call').pending() == 0 then
    show(result.message)
  elseif not result.message:find('^Run this in a terminal: ') then -- for editors that ignore results
    report.hold(result.message, show)
  end
  return vim.NIL
end

--- A question of the server. Where Neovim lets a handler wait, it goes by vim.ui.select; 0.7 can only ask at once.
handlers['window/showMessageRequest'] = function(_, result)
  local actions = compat.list(result.actions)
  local running, main = coroutine.running()
  if running and not main then
    local ask = require('dockwright.ask')
    vim.schedule(function()
      ask.select(actions, result.message, function(action) return action.title end, function(action)
        vim.schedule(function()
          local ok, fault = coroutine.resume(running, action or vim.NIL)
          if not ok then
            report.error(tostring(fault))
          end
        end)
      end)
    end)
    return coroutine.yield()
  end
  local lines = { result.message }
  for i, action in ipairs(actions) do
    table.insert(lines, string.format('%d. %s', i, action.title))
  end
  return actions[vim.fn.inputlist(lines)] or vim.NIL
end

handlers['workspace/codeLens/refresh'] = function(err, result, ctx, more)
  local lens = require('dockwright.lens')
  if lens.builtin then
    otherwise('workspace/codeLens/refresh', err, result, ctx, more)
  else
    lens.refresh_all(ctx.client_id)
  end
  return vim.NIL
end

-- Neovim 0.12 pulls the diagnostics of the workspace then, and drops what they say of buffers that are open.
handlers['workspace/diagnostic/refresh'] = function(err, result, ctx, more)
  otherwise('workspace/diagnostic/refresh', err, result, ctx, more)
  local client = vim.lsp.get_client_by_id(ctx.client_id)
  local provider = client and client.server_capabilities.diagnosticProvider
  if vim.fn.has('nvim-0.12') == 1 and type(provider) == 'table' then
    for _, bufnr in ipairs(compat.buffers(client)) do
      compat.request(client, 'textDocument/diagnostic', { textDocument = { uri = vim.uri_from_bufnr(bufnr) }, identifier = provider.identifier }, nil, bufnr)
    end
  end
  return vim.NIL
end

handlers['window/showDocument'] = function(err, result, ctx, more)
  if vim.lsp.handlers['window/showDocument'] then
    return otherwise('window/showDocument', err, result, ctx, more)
  end
  if result.external then
    local opener = vim.fn.executable('open') == 1 and vim.fn.has('mac') == 1 and 'open' or 'xdg-open'
    if vim.fn.executable(opener) == 0 then
      return { success = false }
    end
    return { success = vim.fn.jobstart({ opener, result.uri }, { detach = true }) > 0 }
  end
  return { success = vim.lsp.util.jump_to_location({ uri = result.uri, range = result.selection or { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } } }, 'utf-16') == true }
end

--- table is what vim.lsp takes. A fault in a handler of a request answers null.
function M.table()
  local all = {}
  for method, handler in pairs(handlers) do
    local guarded = report.guard(handler)
    all[method] = function(...)
      local result = guarded(...)
      if result == nil then
        return vim.NIL
      end
      return result
    end
  end
  return all
end

return M
