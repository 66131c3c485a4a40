-- Warm-up: what a read missed in its own zone and found in another is written there too, in add mode. The clock does it, so
-- no client waits for it. The copy is checked against its source at once, and once more when a delete or a write that this
-- worker does not see would have reached every copy, or be known as a debt: where the source has changed, it is deleted.
local FILLS, FILL_BYTES = 32, 262144 -- in a tick, which lasts 50 ms at the least
local GROUP = 8 -- at once: a value waits for the others of its group, and must not wait long
local WANTED, LARGEST = 1024, 1048576
local HASTE = 100 -- milliseconds: a value that took longer to come is not written
local wanted, unsettled = { ids = {}, first = 1, last = 0 }, { first = 1, last = 0 }

local function append(queue, job)
  queue.last = queue.last + 1
  queue[queue.last] = job
end

local function first_of(queue)
  local job = queue[queue.first]
  queue[queue.first] = nil
  queue.first = queue.first + 1
  return job
end

local function is_empty(queue)
  return queue.first > queue.last
end

-- Whether a tick has something to do here.
local function is_warming(time)
  return not is_empty(wanted) or not is_empty(unsettled) and unsettled[unsettled.first].due <= time
end

-- "X", "W" and "Z" are of values that one client is to renew, and that others take for old.
local function is_renewed(words)
  return words and string.find(" " .. words .. " ", " [WXZ] ") ~= nil
end

local function want(to, from, r, res)
  if wanted.last - wanted.first >= WANTED or res:vlen() > LARGEST then return end
  local id = id_of(r)
  if wanted.ids[id] or r:command() == mcp.CMD_MG and is_renewed(res:line()) then return end
  wanted.ids[id] = true
  append(wanted, { id = id, key = r:key(), to = to.zone, from = from.zone, size = res:vlen() })
end

local function take_next(queue, jobs)
  local job = first_of(queue)
  table.insert(jobs, job)
  job.slot = #jobs
end

-- As many as a tick may fill.
local function next_jobs()
  local jobs, size = {}, 0
  while #jobs < FILLS and not is_empty(wanted) do
    size = size + wanted[wanted.first].size
    if #jobs > 0 and size > FILL_BYTES then break end
    take_next(wanted, jobs)
  end
  return jobs
end

-- Those whose time has come.
local function due_jobs(time)
  local jobs = {}
  while #jobs < FILLS and not is_empty(unsettled) and unsettled[unsettled.first].due <= time do
    take_next(unsettled, jobs)
  end
  return jobs
end

-- The handles, by zone and use: a handle is good for one request in a tick.
local function copies_of(arguments, generator)
  local copies = {}
  for i, zone in ipairs(arguments.zones) do
    local copy = { pool = pool_of(arguments.copies[i]) }
    for _, use in ipairs(zone == arguments.here and { "add", "undo", "late" } or { "read", "give_back", "check", "settle" }) do
      copy[use] = {}
      for j = 1, FILLS do copy[use][j] = generator:new_handle(arguments.children[#arguments.nodes + i]) end
    end
    copies[zone] = copy
  end
  return copies
end

local function relies_on(copy, job)
  return relied(place(copy.pool, job.key), job.id)
end

local function filler(arguments, generator)
  local copies = copies_of(arguments, generator)

  -- Asks for each job that has a question, and waits for all. Gives back those that were asked for. A node whose time ran out
  -- is not asked by the next group.
  local function each(rctx, jobs, side, use, question)
    local asked = {}
    for _, job in ipairs(jobs) do
      local text, value = question(job)
      if text then
        job.request, job.handle = mcp.request(text .. "\r\n", value), copies[job[side]][use][job.slot]
        rctx:enqueue(job.request, job.handle)
        table.insert(asked, job)
      end
    end
    if #asked > 0 then rctx:wait_cond(#asked, mcp.WAIT_ANY) end
    goes_on()
    for _, job in ipairs(asked) do
      local res = rctx:res_any(job.handle)
      if not res:ok() and is_lost(res) and not broke(res) then failed(place(copies[job[side]].pool, job.key), res) end
      job.res = res
    end
    return asked
  end

  -- What the node that is filled answered, if it did: a request that it may still do is a debt like any other.
  local function heard_of(job)
    return heard(copies[job.to], job.request, job.res)
  end

  local function read(job)
    if not relies_on(copies[job.to], job) or not relies_on(copies[job.from], job) then return end
    job.asked = now()
    return "mg " .. job.id .. " c f t v"
  end

  local function parse(job)
    local words = job.res:hit() and job.res:line()
    if not words then return end
    job.cas, job.flags, job.ttl = string.match(words, "^c(%d+) f(%d+) t(%-?%d+)")
    job.renewed = is_renewed(words)
    job.won = string.find(words, " W", 1, true) ~= nil
  end

  -- Who reads a value that is to be renewed may be told to do so, though it did not ask: that goes to another.
  local function give_back(job)
    return job.won and "md " .. job.id .. " I C" .. job.cas
  end

  -- What has less than a second left would live for ever.
  local function add(job)
    if not job.ttl or job.ttl == "0" or job.renewed or job.res:vlen() > LARGEST or now() - job.asked > HASTE then return end
    local binary = #job.id > #job.key and " b" or ""
    local ttl = job.ttl == "-1" and "" or " T" .. job.ttl
    return "ms " .. job.key .. " " .. job.res:vlen() .. binary .. " F" .. job.flags .. ttl .. " ME c", job.res
  end

  -- Whether the source holds the same as when it was read, to live as long.
  local function is_same(job)
    if not job.res:ok() or place(copies[job.from].pool, job.key).owed[job.id] ~= nil then return false end
    local expiry, cas = string.match(job.res:raw_string(), " exp=(%-?%d+) la=%d+ cas=(%d+) ")
    if cas ~= job.cas or expiry == "-1" or job.ttl == "-1" then return cas == job.cas and expiry == job.ttl end
    return math.abs(tonumber(expiry) + (now() - job.asked) / 1000 - tonumber(job.ttl)) <= 2
  end

  local function check(job) return "me " .. job.id end

  -- Only what was filled: a newer value stays.
  local function undo(rctx, jobs, use)
    local undone = each(rctx, jobs, "to", use, function(job) return "md " .. job.id .. " C" .. job.mine end)
    for _, job in ipairs(undone) do
      if heard_of(job) and job.res:ok() and job.res:code() == mcp.MCMC_CODE_OK then stat(counters.undone, 1) end
    end
  end

  local function fill(rctx, jobs)
    local filled, changed = {}, {}
    local found = each(rctx, jobs, "from", "read", read)
    for _, job in ipairs(found) do parse(job) end
    for _, job in ipairs(each(rctx, found, "to", "add", add)) do
      job.mine = heard_of(job) and job.res:ok() and string.match(job.res:raw_string(), "^HD c(%d+)")
      if job.mine then table.insert(filled, job) end
    end
    for _, job in ipairs(jobs) do
      if not job.mine then wanted.ids[job.id] = nil end
    end
    stat(counters.warmed, #filled)
    each(rctx, found, "from", "give_back", give_back)
    for _, job in ipairs(each(rctx, filled, "from", "check", check)) do
      if is_same(job) then
        job.due = now() + SETTLED
        append(unsettled, job)
      else
        wanted.ids[job.id] = nil
        table.insert(changed, job)
      end
    end
    undo(rctx, changed, "undo")
  end

  -- Where the source is lost by now, or has just come back, its first word counts.
  local function settle(rctx)
    local jobs, changed = due_jobs(now()), {}
    for _, job in ipairs(jobs) do wanted.ids[job.id] = nil end
    local asked = each(rctx, jobs, "from", "settle", function(job)
      local node = place(copies[job.from].pool, job.key)
      return not node.lost and not node.back and "me " .. job.id
    end)
    for _, job in ipairs(asked) do
      if not is_same(job) and (job.res:ok() or not is_lost(job.res)) then table.insert(changed, job) end
    end
    undo(rctx, changed, "late")
  end

  return function(rctx)
    local jobs = is_empty(wanted) and {} or next_jobs()
    for first = 1, #jobs, GROUP do fill(rctx, { table.unpack(jobs, first, math.min(first + GROUP - 1, #jobs)) }) end
    if not is_empty(unsettled) then settle(rctx) end
  end
end
