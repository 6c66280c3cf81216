--- Where the versions of Neovim from 0.7 on differ.
local M = {}

local newer = vim.fn.has('nvim-0.11') == 1

--- clients are those of our server that run.
function M.clients()
  local all = vim.lsp.get_clients and vim.lsp.get_clients({ name = 'dockwright' }) or vim.lsp.get_active_clients()
  return vim.tbl_filter(function(client) return client.name == 'dockwright' and not M.stopped(client) end, all)
end

function M.stopped(client)
  if newer then
    return client:is_stopped()
  end
  return client.is_stopped()
end

--- request sends a request and returns whether it was sent, and its id.
function M.request(client, method, params, handler, bufnr)
  if newer then
    return client:request(method, params, handler, bufnr)
  end
  return client.request(method, params, handler, bufnr)
end

function M.request_sync(client, method, params, timeout, bufnr)
  if newer then
    return client:request_sync(method, params, timeout, bufnr)
  end
  return client.request_sync(method, params, timeout, bufnr)
end

function M.notify(client, method, params)
  if newer then
    return client:notify(method, params)
  end
  return client.notify(method, params)
end

function M.stop(client)
  if newer then
    client:stop()
  else
    client.stop()
  end
end

--- buffers are those that a client is attached to.
function M.buffers(client)
  local list = {}
  for bufnr in pairs(client.attached_buffers or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      table.insert(list, bufnr)
    end
  end
  if #list == 0 then -- 0.7 does not keep them with the client
    for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_is_loaded(bufnr) and vim.lsp.buf_is_attached(bufnr, client.id) then
        table.insert(list, bufnr)
      end
    end
  end
  return list
end

M.islist = vim.islist or vim.tbl_islist

--- list is a value of the server as a list: null and absent are empty.
function M.list(value)
  if type(value) ~= 'table' then
    return {}
  end
  return value
end

--- present is a value of the server, or nil for null.
function M.present(value)
  if value == vim.NIL then
    return nil
  end
  return value
end

return M
