-- Names of Dockerfiles that Neovim does not know by itself, such as dev.Containerfile and Dockerfile-dev.
local patterns = { '[Dd]ockerfile', '[Dd]ockerfile[.-].*', '.*%.[Dd]ockerfile', '[Cc]ontainerfile', '[Cc]ontainerfile[.-].*', '.*%.[Cc]ontainerfile' }

local function filetype(path)
  local name = path:match('[^/\\]*$')
  if name:find('%.dockerignore$') then
    return 'gitignore' -- Dockerfile.dockerignore is no Dockerfile
  end
  for _, pattern in ipairs(patterns) do
    if name:find('^' .. pattern .. '$') then
      return 'dockerfile'
    end
  end
end

if vim.fn.has('nvim-0.8') == 1 then
  local byPattern = { ['.*%.dockerignore'] = { 'gitignore', { priority = 20 } } }
  for _, pattern in ipairs(patterns) do
    byPattern['.*/' .. pattern] = { filetype, { priority = 10 } }
  end
  vim.filetype.add({ pattern = byPattern })
else -- 0.7 looks at vim.filetype only if the user asks for it
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    callback = function(event)
      local found = filetype(event.file)
      if found and vim.bo[event.buf].filetype ~= found then
        vim.bo[event.buf].filetype = found
      end
    end,
  })
end
