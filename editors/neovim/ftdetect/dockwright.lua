-- Names of Dockerfiles that Neovim does not know by itself, such as dev.Containerfile and Dockerfile-dev.
local patterns = { '[Dd]ockerfile', '[Dd]ockerfile[.-].*', '.*%.[Dd]ockerfile', '[Cc]ontainerfile', '[Cc]ontainerfile[.-].*', '.*%.[Cc]ontainerfile' }

local function isDockerfile(path)
  local name = path:match('[^/\\]*$')
  if name:find('%.dockerignore$') then
    return false
  end
  for _, pattern in ipairs(patterns) do
    if name:find('^' .. pattern .. '$') then
      return true
    end
  end
  return false
end

if vim.fn.has('nvim-0.8') == 1 then
  local byPattern = {}
  for _, pattern in ipairs(patterns) do
    byPattern['.*/' .. pattern] = { function(path) return isDockerfile(path) and 'dockerfile' or nil end, { priority = 10 } }
  end
  vim.filetype.add({ pattern = byPattern })
else -- 0.7 looks at vim.filetype only if the user asks for it
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    callback = function(event)
      if isDockerfile(event.file) and vim.bo[event.buf].filetype ~= 'dockerfile' then
        vim.bo[event.buf].filetype = 'dockerfile'
      end
    end,
  })
end
