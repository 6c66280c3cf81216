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

--- clear takes away the lenses of a server that is gone. Newer versions of Neovim do it themselves.
function M.clear(client_id)
  local namespace = (vim.lsp.codelens.__namespaces or {})[client_id]
  for _, bufnr in ipairs(namespace and vim.api.nvim_list_bufs() or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
    end
  end
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

--- offers gives f the lenses of a buffer: what the server has to offer for its lines.
function M.offers(client, bufnr, f)
  compat.request(client, 'textDocument/codeLens', { textDocument = { uri = vim.uri_from_bufnr(bufnr) } }, report.guard(function(_, lenses)
    f(vim.tbl_filter(function(lens) return type(lens.command) == 'table' end, compat.list(lenses)))
  end), bufnr)
end

--- run does what a lens of the cursor's line says. Where there is none, those of the whole file are offered.
function M.run()
  local bufnr, row = vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)[1] - 1
  if vim.bo[bufnr].filetype ~= 'dockerfile' then
    return report.info('there are lenses in Dockerfiles only')
  end
  require('dockwright.client').with(bufnr, function(client)
    M.offers(client, bufnr, function(lenses)
      local here = vim.tbl_filter(function(lens) return lens.range.start.line == row end, lenses)
      if #lenses == 0 then
        return report.info('there is no lens in this file')
      end
      local function run(lens)
        if lens then
          require('dockwright.call').run(lens.command.command, compat.list(lens.command.arguments)[1], { client = client })
        end
      end
      if #here == 1 then
        return run(here[1])
      end
      require('dockwright.ask').select(#here > 0 and here or lenses, 'Code lenses', function(lens)
        return #here > 0 and lens.command.title or string.format('%d: %s', lens.range.start.line + 1, lens.command.title)
      end, run)
    end)
  end)
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
