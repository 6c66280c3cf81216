--- Code lenses and inlay hints of the buffers that the server has.
local compat = require('dockwright.compat')
local config = require('dockwright.config')
local report = require('dockwright.report')

local M = {}

--- builtin tells whether Neovim keeps lenses up to date by itself.
M.builtin = vim.lsp.codelens ~= nil and vim.lsp.codelens.enable ~= nil

function M.attach(client, bufnr)
  if config.options.inlay_hints and vim.lsp.inlay_hint then
    pcall(vim.lsp.inlay_hint.enable, true, { bufnr = bufnr })
  end
  if not config.options.code_lens then
    return
  end
  if M.builtin then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
    return
  end
  local group = vim.api.nvim_create_augroup('dockwright.lens.' .. bufnr, { clear = true })
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged', 'BufWritePost' }, {
    group = group,
    buffer = bufnr,
    callback = function() report.guard(M.refresh)(client, bufnr) end,
  })
  M.refresh(client, bufnr)
end

--- refresh asks for the lenses of a buffer and shows them.
function M.refresh(client, bufnr)
  if compat.stopped(client) or not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  local params = { textDocument = { uri = vim.uri_from_bufnr(bufnr) } }
  compat.request(client, 'textDocument/codeLens', params, report.guard(function(err, result, ctx)
    if err or not vim.api.nvim_buf_is_loaded(bufnr) then
      return
    end
    ctx.bufnr = bufnr
    if #compat.list(result) == 0 and vim.lsp.codelens.__namespaces then -- Neovim leaves the old ones then
      vim.api.nvim_buf_clear_namespace(bufnr, vim.lsp.codelens.__namespaces[client.id], 0, -1)
    end
    vim.lsp.codelens.on_codelens(nil, compat.list(result), ctx)
  end), bufnr)
end

function M.refresh_all(client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  if not client or not config.options.code_lens then
    return
  end
  for _, bufnr in ipairs(compat.buffers(client)) do
    M.refresh(client, bufnr)
  end
end

return M
