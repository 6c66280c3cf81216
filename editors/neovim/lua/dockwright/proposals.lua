--- Completes calls of which little is said by what the lenses of the buffer's Dockerfile offer.
local ask = require('dockwright.ask')
local catalog = require('dockwright.catalog')
local compat = require('dockwright.compat')
local report = require('dockwright.report')

local M = {}

--- offer gives f the arguments with which a lens of the whole file calls a command; nil if none does.
local function offer(client, bufnr, short, f)
  require('dockwright.lens').offers(client, bufnr, function(lenses)
    for _, lens in ipairs(lenses) do
      local offered = compat.list(lens.command.arguments)[1]
      if catalog.short(lens.command.command) == short and type(offered) == 'table' and offered.dockerfile and not offered.target and not offered['until'] then
        return f(offered)
      end
    end
    f(nil)
  end)
end

--- image lets the user choose what to run: the Dockerfile of the buffer, or an image that has a name.
local function image(client, bufnr, arguments, f)
  offer(client, bufnr, 'container.run', function(offered)
    if not offered then
      return f(arguments)
    end
    require('dockwright.call').run('image.list', { host = arguments.host, context = arguments.context }, { client = client, done = function(result)
      local choices = { { title = 'this Dockerfile: build and run it', arguments = offered } }
      for _, found in ipairs(compat.list(compat.list(result.data).images)) do
        for _, reference in ipairs(compat.list(found.references)) do
          table.insert(choices, { title = reference, arguments = { image = reference } })
        end
      end
      ask.select(choices, 'Run a container: which image?', function(choice) return choice.title end, function(choice)
        if not choice then
          return report.info('Run a container: nothing was done')
        end
        f(vim.tbl_extend('force', choice.arguments, arguments))
      end)
    end })
  end)
end

--- complete gives f the arguments of a call, with what the Dockerfile of the buffer adds: to a build of which nothing is said a
--- name for the image, to a run of which no image is said the Dockerfile itself, if the user wants that.
function M.complete(client, short, arguments, f)
  local bufnr = vim.api.nvim_get_current_buf()
  if vim.bo[bufnr].filetype ~= 'dockerfile' or not vim.lsp.buf_is_attached(bufnr, client.id) then
    return f(arguments)
  end
  if short == 'container.run' and not arguments.image and not arguments.dockerfile then
    return image(client, bufnr, arguments, f)
  end
  local only = next(arguments)
  if short ~= 'image.build' or next(arguments, only) or arguments.dockerfile ~= vim.uri_from_bufnr(bufnr) then
    return f(arguments)
  end
  offer(client, bufnr, short, function(offered) f(vim.tbl_extend('force', offered or {}, arguments)) end)
end

return M
