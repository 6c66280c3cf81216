--- The long commands: which call is which job of the server, what they write, how they get on, and how to cancel them.
local compat = require('dockwright.compat')
local config = require('dockwright.config')
local names = require('dockwright.names')
local report = require('dockwright.report')
local scratch = require('dockwright.scratch')

local M = {}

local mostLines = 20000 -- of a job's output that are kept

--- key -> job: { key, id, client, title, name, lines, bufnr, ended, eager, status }
local jobs = {}
local order = {} -- keys, the oldest first
local count = 0

-- The server names a job when it begins to show progress, in the order of the calls. So that each job finds its call, a
-- call is sent when the one before has its job, or its answer.
local unnamed = {} -- client id -> jobs that wait for their name, the oldest first
local queued = {} -- client id -> functions that send the next calls

local function key(client_id, id) return client_id .. '/' .. id end

local function find(client_id, id)
  local job = jobs[key(client_id, id)]
  if not job then
    count = count + 1
    job = { key = key(client_id, id), number = count, id = id, client = client_id, title = 'Job', lines = { '' } }
    jobs[job.key] = job
    table.insert(order, job.key)
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

--- bind tells a call which job it is.
local function bind(client_id, id, call)
  local job = find(client_id, id)
  job.call, call.job = call, job
  job.title, job.name, job.eager, job.about, job.file, job.began = call.title, call.name, call.eager, call.about, call.file, os.time()
  if call.endless or job.eager and #job.lines + #job.lines[1] > 1 or M.shows(job.name) then
    M.show(job)
  end
end

local function sendNext(client_id)
  local waiting = queued[client_id] or {}
  for _, call in ipairs(unnamed[client_id] or {}) do
    if not call.job and not call.answered then
      return
    end
  end
  local send = table.remove(waiting, 1)
  if send then
    send()
  end
end

--- begin sends the call of a long command as soon as the one before is known. call: title, name, about, eager (its output opens by
--- itself), send. M.answered must be called when the answer is there.
function M.begin(client_id, call)
  unnamed[client_id] = unnamed[client_id] or {}
  queued[client_id] = queued[client_id] or {}
  table.insert(queued[client_id], function()
    table.insert(unnamed[client_id], call)
    call.send()
  end)
  sendNext(client_id)
end

--- created takes the token of a job's progress, which names the job.
function M.created(client_id, token)
  local id = type(token) == 'string' and token:match('^dockwright/(job%-%d+)$')
  if not id then
    return
  end
  local waiting = unnamed[client_id] or {}
  local at
  for i, call in ipairs(waiting) do
    if call.job and call.job.id == id then
      at = i
      break
    end
    at = at or (not call.job and i or nil)
  end
  if at then
    local call = table.remove(waiting, at)
    if not call.job and not call.answered then
      bind(client_id, id, call)
    end
    sendNext(client_id)
  end
end

--- answered takes the end of a call; id is its job's, if the server said.
function M.answered(client_id, call, id, status)
  call.answered = true
  if id and not call.job then
    bind(client_id, id, call)
  end
  local job = call.job
  if job then
    job.status = status
    finish(job)
    if #job.lines + #job.lines[1] > 1 or job.bufnr then
      M.append(job, string.format('%s[%s]\n', job.lines[#job.lines] == '' and '' or '\n', call.outcome or status == 'ok' and 'ended' or status or 'ended'))
    end
  end
  sendNext(client_id)
  return job
end

--- forget ends what belongs to a server that is gone.
function M.forget(client_id)
  for _, job in pairs(jobs) do
    if job.client == client_id then
      finish(job)
    end
  end
  unnamed[client_id], queued[client_id] = nil, nil
end

--- output takes a piece of what a job writes.
function M.output(client_id, piece)
  local job = find(client_id, piece.jobId)
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
        if job.call and job.call.endless and not job.ended then -- nobody reads the log any more
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
  local id = type(result.token) == 'string' and result.token:match('^dockwright/(job%-%d+)$')
  local value = result.value
  if not id or type(value) ~= 'table' then
    return
  end
  local job = find(client_id, id)
  if value.kind == 'begin' then
    job.title = job.call and job.title or value.title
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

--- running are the jobs that have not ended, the newest first.
function M.running()
  local list = {}
  for i = #order, 1, -1 do
    if jobs[order[i]] and not jobs[order[i]].ended then
      table.insert(list, jobs[order[i]])
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

function M.cancel(job)
  local client = vim.lsp.get_client_by_id(job.client)
  if not client then
    return
  end
  compat.request(client, 'workspace/executeCommand', { command = require('dockwright.call').id(client, 'job.cancel'), arguments = { { jobId = job.id } } }, report.guard(function(err)
    if err then
      report.error(err.message)
    end
  end))
end

return M
