--- Questions to the user, by vim.ui, so that pickers such as Telescope and fzf-lua take them over.
local report = require('dockwright.report')

local M = {}

--- select lets the user pick one of items. done gets it, or nil.
function M.select(items, prompt, format, done)
  done = report.guard(done)
  if #items == 0 then
    return done(nil)
  end
  vim.cmd('redraw') -- the question may be about what a window shows
  vim.ui.select(items, { prompt = prompt, kind = 'dockwright', format_item = format }, function(item) done(item) end)
end

--- input lets the user type a line. done gets it, or nil if there is none.
function M.input(prompt, default, done)
  done = report.guard(done)
  vim.ui.input({ prompt = prompt .. (prompt:find('[?:]$') and ' ' or ': '), default = default }, function(text)
    if text == '' then
      text = nil
    end
    done(text)
  end)
end

--- plan shows what would be destroyed and asks. done gets true if the user says yes. The plan stands at the top: a question by
--- Neovim itself covers the last lines of the screen.
function M.plan(plan, endpoint, done)
  local layout = require('dockwright.plan')
  local width, height = vim.o.columns, math.max(vim.o.lines - 8, 3)
  local lines = layout.lines(plan, endpoint, width, height)
  local window = require('dockwright.scratch').open('plan', lines, { keep = true, how = string.format('topleft %dsplit', math.min(layout.rows(lines, width), height)) })
  M.select({ plan.title, 'Cancel' }, layout.question(plan), tostring, function(answer)
    if vim.api.nvim_win_is_valid(window) and #vim.api.nvim_list_wins() > 1 then
      vim.api.nvim_win_close(window, true)
    end
    done(answer == plan.title)
  end)
end

return M
