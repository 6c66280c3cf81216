--- Names and sizes as people read them.
local M = {}

--- key sorts by numbers as by numbers: many2 comes before many10.
function M.key(text)
  return (text:lower():gsub('%d+', function(digits) return string.rep('0', 12 - #digits) .. digits end))
end

--- sort sorts a list by what text gives of its items.
function M.sort(list, text)
  table.sort(list, function(a, b)
    local first, second = M.key(text(a)), M.key(text(b))
    if first == second then
      return text(a) < text(b)
    end
    return first < second
  end)
  return list
end

--- bytes says a size.
function M.bytes(n)
  local units = { 'B', 'kB', 'MB', 'GB', 'TB' }
  local i = 1
  while n >= 1000 and i < #units do
    n, i = n / 1000, i + 1
  end
  return i == 1 and string.format('%d B', n) or string.format('%.3g %s', n, units[i])
end

--- duration says how long milliseconds are.
function M.duration(ms)
  local seconds = ms / 1000
  if seconds < 1 then
    return string.format('%d ms', ms)
  elseif seconds < 60 then
    return string.format('%.1f s', seconds)
  end
  local minutes = math.floor(seconds / 60)
  return string.format('%d min %d s', minutes, math.floor(seconds - minutes * 60))
end

--- near is the name among some that a mistyped one probably means; nil if none is like it.
function M.near(word, list)
  local best, least = nil, math.max(1, math.floor(#word / 3)) + 1
  for _, name in ipairs(list) do
    local apart = M.apart(word:lower(), name:lower())
    if apart < least then
      best, least = name, apart
    end
  end
  return best
end

--- apart counts the letters to change, add or leave out to make one word the other.
function M.apart(a, b)
  local row = {}
  for j = 0, #b do
    row[j] = j
  end
  for i = 1, #a do
    local corner = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      row[j] = math.min(above + 1, row[j - 1] + 1, corner + (a:byte(i) == b:byte(j) and 0 or 1))
      corner = above
    end
  end
  return row[#b]
end

return M
