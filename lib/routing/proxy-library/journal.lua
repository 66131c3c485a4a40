-- What a node is owed is told to two others, so that it outlives the proxy that owes it, and so that a proxy that can reach
-- the node, while another cannot, does not read what the other failed to write.
local KEEPERS = 2
local LEAST = 512 -- bytes: two of the longest keys, which fit into an item of 1 KiB with its name

local function journals_of(watched, generator, children)
  for i, each in ipairs(watched) do
    each.journals = {}
    for step = 1, math.min(KEEPERS, #watched - 1) do
      local kept = (i + step - 1) % #watched + 1
      local name = "cdk-memcached.debts." .. each.node.address
      each.journals[step] = { name = name, keeper = watched[kept].node, taken = 0, begins = "",
        asking = mcp.request("me " .. name .. "\r\n"), ask = generator:new_handle(children[kept]),
        read = generator:new_handle(children[kept]), write = generator:new_handle(children[kept]),
        clear = generator:new_handle(children[kept]), rewrite = generator:new_handle(children[kept]) }
    end
  end
end

local function each_journal(watched, act)
  for _, each in ipairs(watched) do
    for _, journal in ipairs(each.journals) do
      if not journal.keeper.lost then act(each.node, journal) end
    end
  end
end

-- A new part of a journal, of a node that others owe: as much as is kept. While there is more, the node is not read from.
local function take(node, journal, text)
  local start, length = select(2, string.find(text, "\r\n", 1, true)), tonumber(string.match(text, "^VA (%d+)"))
  if not start or not length then return end
  local held = string.sub(text, start + 1, start + length)
  local same = string.sub(held, 1, #journal.begins) == journal.begins
  if length < journal.taken or not same then journal.taken = 0 end -- it was begun anew
  journal.begins, journal.behind = string.sub(held, 1, 64), false
  for id, after in string.gmatch(held, "([^\n]+)\n()", journal.taken + 1) do
    if node.hearsay >= LIMIT then
      journal.behind = true
      break
    end
    owe(node, id, true)
    journal.taken = after - 1
  end
  journal.next = now() + length // 1000
end

-- A journal that has expired is told anew while its debtor lives.
local function tell_anew(node)
  if not node.lost or node.told < node.last then return end
  for id in pairs(node.owed) do announce(node, id) end
end

-- A journal is read when it has changed and its node answers: one that does not is not read from anyway. A long one is read
-- less often.
local function ask_for_changed(rctx, watched)
  local asked, changed, time = 0, 0, now()
  each_journal(watched, function(_, journal)
    asked = asked + 1
    rctx:enqueue(journal.asking, journal.ask)
  end)
  if asked > 0 then rctx:wait_cond(asked, mcp.WAIT_ANY) end
  goes_on()
  each_journal(watched, function(node, journal)
    local res = rctx:res_any(journal.ask)
    if not res or not res:ok() then return end
    local version = string.match(res:raw_string(), " cas=(%d+) ")
    if not version then
      journal.version, journal.taken, journal.behind = nil, 0, false
      tell_anew(node)
    elseif (version ~= journal.version or journal.behind) and not node.lost and time >= (journal.next or 0) and
        node.hearsay < LIMIT then
      journal.version = version
      changed = changed + 1
      rctx:enqueue(mcp.request("mg " .. journal.name .. " v\r\n"), journal.read)
    end
  end)
  return changed
end

local function hear(rctx, watched)
  local changed = ask_for_changed(rctx, watched)
  if changed > 0 then rctx:wait_cond(changed, mcp.WAIT_ANY) end
  for _, each in ipairs(watched) do each.node.behind = false end
  each_journal(watched, function(node, journal)
    local res = changed > 0 and rctx:res_any(journal.read)
    if res and res:hit() then take(node, journal, res:raw_string()) end
    if journal.behind then
      node.behind = true
      ail(node)
    end
  end)
end

-- Of what waits to be told, as much as an item holds. A key that is missed from now on is told once more.
local function part_of(node)
  local part, size = {}, 0
  while node.told < node.last do
    local id = node.news[node.told + 1]
    local waits = node.waiting[id] -- or it was written after all
    size = size + (waits and #id + 1 or 0)
    if size > node.most then break end
    node.told = node.told + 1
    node.news[node.told], node.waiting[id] = nil, nil
    if waits then table.insert(part, id) end
  end
  return part
end

local function put_back(node, part)
  for i = #part, 1, -1 do
    node.news[node.told], node.waiting[part[i]] = part[i], true
    node.told = node.told - 1
  end
end

local function addition(journal, part)
  local text = table.concat(part, "\n") .. "\n"
  return mcp.request("ms " .. journal.name .. " " .. #text .. " MA N60\r\n", text .. "\r\n")
end

local function is_stored(res)
  return res:ok() and res:code() == mcp.MCMC_CODE_OK
end

-- What neither of the two has stored waits for the next tick.
local function tell(rctx, watched)
  local told, parts = 0, {}
  for _, each in ipairs(watched) do parts[each.node] = part_of(each.node) end
  each_journal(watched, function(node, journal)
    if #parts[node] == 0 then return end
    told = told + 1
    rctx:enqueue(addition(journal, parts[node]), journal.write)
  end)
  if told > 0 then rctx:wait_cond(told, mcp.WAIT_ANY) end
  goes_on()
  local stored = {}
  each_journal(watched, function(node, journal)
    local res = told > 0 and rctx:res_any(journal.write)
    if not res then return end
    if not is_stored(res) and not is_lost(res) then
      -- It is full, and begins anew: who has not heard by now what it held does not hear of it. Items may be small, too.
      rctx:enqueue_and_wait(mcp.request("md " .. journal.name .. "\r\n"), journal.clear)
      goes_on()
      res = rctx:enqueue_and_wait(addition(journal, parts[node]), journal.rewrite)
      goes_on()
      if not is_stored(res) and not is_lost(res) then node.most = math.max(node.most // 2, LEAST) end
    end
    if is_stored(res) then stored[node] = true end
  end)
  for node, part in pairs(parts) do
    if not stored[node] then put_back(node, part) end
  end
end
