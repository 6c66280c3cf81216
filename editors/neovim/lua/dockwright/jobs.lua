--- The long commands: which call is which job of the server, what they write, how they get on, and how to cancel them.
local compat = require('dockwright.compat')
local config = require('dockwright.config')
local names = require('dockwright.names')
local report = require('dockwright.report')
local scratch = require('dockwright.scratch')

local M = {}

local mostLines = 20000 -- of a job's output that are kept

--- key -> job: { key, token, client, title, name, about, file, eager, endless, lines, bufnr, began, ended }
local jobs = {}
local order = {} -- keys, the oldest first
local count = 0

--- find is the job whose progress has that token. One that is unknown was begun by somebody else, such as another plugin.
local function find(client_id, token)
  local key = client_id .. '/' .. token
  local job = jobs[key]
  if not job then
    count = count + 1
    job = { key = key, number = count, token = token, client = client_id, title = 'Job', lines = { '' } }
    jobs[key] = job
    table.insert(order, key)
    while #order > 50 do
      local oldest = table.remove(order, 1)
      if not (jobs[oldest].bufnr and vim.api.nvim_buf_is_valid(jobs[oldest].bufnr)) then
        jobs[oldest] = nil
      end
    end
  end
  return job
end

--- finish marks a job as ended, and its windows as free for what comes next.
local function finish(job)
  job.ended = true
  scratch.free(job.bufnr)
end

--- begin makes the job of a long command, which is to be sent with the job's token. call: title, name, about, file, eager (its output
--- opens by itself), endless (it opens at once). M.answered must be called when the answer is there.
function M.begin(client_id, call)
  local job = find(client_id, 'neovim/' .. (count + 1))
  for name, value in pairs(call) do
    job[name] = value
  end
  return job
end

--- answered takes the end of a job; outcome is what its output ends in.
function M.answered(job, outcome)
  finish(job)
  if #job.lines + #job.lines[1] > 1 or job.bufnr then
    M.append(job, string.format('%s[%s]\n', job.lines[#job.lines] == '' and '' or '\n', outcome))
  end
end

--- forget ends what belongs to a server that is gone.
function M.forget(client_id)
  for _, job in pairs(jobs) do
    if job.client == client_id then
      finish(job)
    end
  end
end

--- output takes a piece of what a job writes.
function M.output(client_id, piece)
  local job = find(client_id, piece.progressToken)
  M.append(job, piece.data)
  if job.eager and not job.bufnr then
    M.show(job)
  end
end

--- append adds text to a job's output, and to its buffer if it has one.
function M.append(job, text)
  text = text:gsub('\r\n', '\n'):gsub('\27%[[%d;?]*%a', '')
  local fresh = vim.split(text, '\n', { plain = true })
  local last = #job.lines
  job.lines[last] = (job.lines[last] .. fresh[1]):gsub('^.*\r', '')
  for i = 2, #fresh do
    table.insert(job.lines, (fresh[i]:gsub('^.*\r', '')))
  end
  local bufnr = job.bufnr
  if bufnr and vim.api.nvim_buf_is_loaded(bufnr) then
    local following = {}
    for _, window in ipairs(vim.fn.win_findbuf(bufnr)) do
      if vim.api.nvim_win_get_cursor(window)[1] >= vim.api.nvim_buf_line_count(bufnr) then
        table.insert(following, window)
      end
    end
    scratch.set(bufnr, -2, -1, vim.list_slice(job.lines, last))
    for _, window in ipairs(following) do
      vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(bufnr), 0 })
    end
  end
  if #job.lines > mostLines then
    job.lines = vim.list_slice(job.lines, #job.lines - mostLines / 2)
    if bufnr and vim.api.nvim_buf_is_loaded(bufnr) then
      scratch.set(bufnr, 0, -1, job.lines)
    end
  end
end

--- shows tells whether a window shows what an ended job of that name has written.
function M.shows(name)
  for _, job in pairs(jobs) do
    if job.ended and job.name == name and job.bufnr and vim.fn.bufwinid(job.bufnr) ~= -1 then
      return true
    end
  end
  return false
end

--- show opens a window on a job's output, or takes one that is free. The cursor stays where it is, or goes there.
function M.show(job, go)
  if not job.bufnr or not vim.api.nvim_buf_is_valid(job.bufnr) then
    job.bufnr = scratch.buffer(string.format('%s%s #%s', job.name or job.title, job.about and ' ' .. job.about or '', job.number))
    vim.bo[job.bufnr].filetype = 'dockwright-output'
    scratch.set(job.bufnr, 0, -1, job.lines)
    scratch.map(job.bufnr, 'n', '<C-c>', function() M.cancel(job) end, 'cancel the job')
    vim.api.nvim_create_autocmd('BufWinLeave', {
      buffer = job.bufnr,
      callback = function()
        if job.endless and not job.ended then -- nobody reads the log any more
          report.guard(M.cancel)(job)
        end
      end,
    })
  end
  local window = scratch.show(job.bufnr, { keep = not go, reuse = true, free = job.ended })
  vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(job.bufnr), 0 })
  return job.bufnr
end

local shown -- the job whose progress the last line tells

--- progress shows how a job gets on.
function M.progress(client_id, result)
  local value = result.value
  if type(value) ~= 'table' or value.kind ~= 'begin' and not jobs[client_id .. '/' .. result.token] then
    return
  end
  local job = find(client_id, result.token)
  if value.kind == 'begin' then
    job.began = os.time()
    if not job.name then
      job.title = value.title
    end
    if job.endless or job.name and M.shows(job.name) then
      M.show(job)
    end
  elseif value.kind == 'end' then
    finish(job)
    if shown == job and config.options.progress then
      report.echo('')
      shown = nil
    end
  elseif config.options.progress then
    shown = job
    local percent = compat.present(value.percentage)
    report.echo(string.format('%s%s %s', job.title, percent and string.format(' %d%%', percent) or '', compat.present(value.message) or ''))
  end
end

--- running are the jobs that the server has begun and not ended, the newest first.
function M.running()
  local list = {}
  for i = #order, 1, -1 do
    local job = jobs[order[i]]
    if job and job.began and not job.ended then
      table.insert(list, job)
    end
  end
  return list
end

--- label tells a job from others of its kind.
function M.label(job)
  local parts = { job.title }
  for _, part in ipairs({ job.about or '', job.file ~= job.about and job.file or '', job.began and names.duration((os.time() - job.began) * 1000) or '' }) do
    if part ~= '' then
      table.insert(parts, part)
    end
  end
  return table.concat(parts, '  ')
end

--- newest is the job that began last and writes or wrote something; nil if there is none.
function M.newest()
  for i = #order, 1, -1 do
    local job = jobs[order[i]]
    if job and #job.lines + #job.lines[1] > 1 then
      return job
    end
  end
end

--- cancel asks for the end of a job; its answer says that it was cancelled.
function M.cancel(job)
  local client = vim.lsp.get_client_by_id(job.client)
  if client then
    compat.notify(client, 'window/workDoneProgress/cancel', { token = job.token })
  end
end

return M
