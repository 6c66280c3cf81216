--- What the user has configured. Does not talk to the server.
local M = {}

--- The options of setup() with their defaults. :help dockwright-options documents them.
M.defaults = {
  binary = 'dockwright', -- the program: a name on PATH or a path
  settings = {}, -- the server's settings without "dockwright.", such as { rules = { StageNameCasing = 'off' } }
  trust = nil, -- 'trusted' or 'untrusted'; nil: the server asks once per workspace
  code_lens = true,
  inlay_hints = true, -- Neovim 0.10 and later
  progress = true, -- echo how a build or pull gets on
  output = 'failure', -- when a build's output opens by itself: 'failure', 'always' or 'never'
  window = 'botright 15split', -- what opens a window for output, results and terminals
  panel = 'botright vertical 60split', -- what opens the window of :Dockwright panel
}

M.options = vim.deepcopy(M.defaults)

--- set takes the user's options over the defaults and returns what is wrong with them, or nil.
function M.set(options)
  options = options or {}
  if type(options) ~= 'table' then
    return 'setup() takes a table of options'
  end
  for name, value in pairs(options) do
    local default = M.defaults[name]
    if default == nil and name ~= 'trust' then
      return string.format('there is no option %s: see :help dockwright-options', tostring(name))
    end
    if default ~= nil and type(value) ~= type(default) and not (name == 'settings' and value == nil) then
      return string.format('the option %s must be a %s, not a %s', name, type(default), type(value))
    end
  end
  M.options = vim.tbl_deep_extend('force', vim.deepcopy(M.defaults), options)
end

--- init_options are the server's initializationOptions.
function M.init_options()
  local options = vim.tbl_deep_extend('force', vim.deepcopy(M.options.settings), { jobOutput = true, engineEvents = true })
  options.workspaceTrust = M.options.trust
  return options
end

return M
