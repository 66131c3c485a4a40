-- What this worker thread knows of each node, and which keys it failed to write there: its debts. Every worker has a Lua
-- state of its own, so none knows what another knows; each is told of the time by a connection of its own (clock.lua).
local now, stat = mcp.time_mono_millis, mcp.stat
local AGAIN, BLIP = 1200, 500 -- milliseconds
local counters, nodes, pools, gutters = nil, {}, {}, false
local ailing = 0 -- nodes that are not to be relied on: while there are none, no request looks at a node

local function counted(context)
  return { owed = context:get_stats_id("debts_owed"), noted = context:get_stats_id("debts_noted"),
    paid = context:get_stats_id("debts_paid"), flushed = context:get_stats_id("debts_flushes"),
    warmed = context:get_stats_id("warm_ups"), undone = context:get_stats_id("warm_ups_undone") }
end

local function node_at(address)
  local node = nodes[address]
  if not node then
    -- owed: by key, UNPAID, PAYING, or the time from which it is to be paid once more. heard: those of them that only others
    -- have missed. news: what is to be told, from "told" to "last", waiting: the same by key, most: the bytes told at once.
    node = { address = address, pools = {}, owed = {}, count = 0, heard = {}, hearsay = 0, flushes = 0,
      first = {}, second = {}, head = 1, tail = 0, news = {}, waiting = {}, told = 0, last = 0, most = 32768 }
    nodes[address] = node
  end
  return node
end

local function pool_of(addresses)
  local name = table.concat(addresses, " ")
  local pool = pools[name]
  if not pool then
    pool = { ailing = 0 }
    for i, address in ipairs(addresses) do
      pool[i] = node_at(address)
      table.insert(pool[i].pools, pool)
    end
    pools[name] = pool
  end
  return pool
end

-- The handles of second tries come before those of first ones: whoever waits again would else be woken, before anything is
-- sent, by a first try that had failed and that nobody had waited for (mcp_run_rcontext_handle).
local function children_of(arguments, generator)
  local children = {}
  for i, child in ipairs(arguments.children) do
    children[i] = { again = generator:new_handle(child), pool = pool_of(arguments.nodes[i]), zone = arguments.zones[i] }
  end
  for i, child in ipairs(arguments.children) do children[i].handle = generator:new_handle(child) end
  children.here = arguments.copies and children[1] -- the zone's own, where each zone has a copy
  return children
end

-- Puts the zone that this proxy is in first.
local function nearest_first(arguments, zone)
  for i, each in ipairs(arguments.zones) do
    if each == zone then
      for _, list in ipairs { arguments.zones, arguments.children, arguments.nodes } do
        table.insert(list, 1, table.remove(list, i))
      end
    end
  end
end

local function place(pool, key)
  return #pool == 1 and pool[1] or pool[bucket(key, #pool)]
end

-- What a debt is noted under, and "md" is asked with. A meta command may give its key in base64.
local function id_of(r)
  return r:has_flag("b") and r:key() .. " b" or r:key()
end

local function ail(node)
  if node.ailing then return end
  node.ailing = true
  ailing = ailing + 1
  for _, pool in ipairs(node.pools) do pool.ailing = pool.ailing + 1 end
end

local function heal(node)
  if not node.ailing or node.lost or node.back or node.follow or node.behind then return end
  if node.count > 0 or node.flushes > 0 then return end
  node.first, node.second, node.head, node.tail = {}, {}, 1, 0
  node.ailing = false
  ailing = ailing - 1
  for _, pool in ipairs(node.pools) do pool.ailing = pool.ailing - 1 end
end

-- Whether the node's own copy of the key is known to be old.
local function is_old(node, id)
  return node.flushes > 0 or node.owed[id] ~= nil
end

-- Whether it is as good as any.
local function relied(node, id)
  return not (node.lost or node.back or node.behind or is_old(node, id))
end

local function readable(pool, r)
  return pool.ailing == 0 or relied(place(pool, r:key()), id_of(r))
end

-- An answer that is not ok is a node's own refusal, or the proxy's word that it has none: it could not connect, its time
-- ran out, the node is marked bad. Then it has no text, or a part of an answer.
local function is_lost(res)
  if res:code() ~= mcp.MCMC_CODE_SERVER_ERROR then return false end
  local text = res:raw_string()
  return text == nil or string.sub(text, 1, 12) ~= "SERVER_ERROR"
end

-- Whether only a connection broke. The proxy drops it, and all requests on it, whenever a node answers CLIENT_ERROR.
local function broke(res)
  return res:elapsed() < SLOW
end

local function failed(node, res)
  if not broke(res) then node.hung = true end
  if node.lost then return end
  node.lost = true
  node.since = now()
  ail(node)
end

-- The node answers. If it was away, and not only its connection, others may owe it keys of which this worker does not
-- know: it is not read from until they have had time to pay.
local function seen(node)
  if not node.lost then return end
  node.lost = false
  if node.hung or node.back or now() - node.since >= BLIP then node.back = now() end
  node.hung = false
end

local UNPAID, PAYING = 1, 0

local function forgive(node)
  stat(counters.owed, -node.count)
  node.owed, node.count, node.heard, node.hearsay = {}, 0, {}, 0
  node.first, node.second, node.head, node.tail = {}, {}, 1, 0
end

-- To be told to others, in turn.
local function announce(node, id)
  if node.waiting[id] or node.last - node.told >= LIMIT then return end
  node.last = node.last + 1
  node.news[node.last], node.waiting[id] = id, true
end

-- The queues keep what was settled or missed again meanwhile: they are made anew when most of them is that.
local function to_be_paid(node, id)
  table.insert(node.first, id)
  if #node.first <= 2 * node.count + 100 then return end
  node.first = {}
  for each, state in pairs(node.owed) do
    if state == UNPAID then table.insert(node.first, each) end
  end
end

local function to_be_paid_again(node, id, time)
  node.tail = node.tail + 1
  node.second[node.tail] = { id = id, time = time }
  if node.tail - node.head < 2 * node.count + 100 then return end
  local before, head, tail = node.second, node.head, node.tail
  node.second, node.head, node.tail = {}, 1, 0
  for i = head, tail do
    if node.owed[before[i].id] == before[i].time then
      node.tail = node.tail + 1
      node.second[node.tail] = before[i]
    end
  end
end

local function unhear(node, id)
  if not node.heard[id] then return end
  node.heard[id], node.hearsay = nil, node.hearsay - 1
end

-- The node's copy is to be deleted. A node that is owed too much is emptied instead, twice as well. What others have told of
-- is not told again, and never has a node emptied.
local function owe(node, id, told)
  ail(node)
  if not told then announce(node, id) end
  if node.flushes > 0 then
    if not told then node.flushes = 2 end
    return
  end
  if not told then unhear(node, id) end
  local state = node.owed[id]
  if state == UNPAID then return end
  if state == nil then
    if not told and node.count - node.hearsay >= LIMIT then
      forgive(node)
      node.flushes, node.due = 2, 0
      return
    end
    node.count = node.count + 1
    stat(counters.owed, 1)
    stat(counters.noted, 1)
    if told then node.heard[id], node.hearsay = true, node.hearsay + 1 end
  end
  node.owed[id] = UNPAID
  to_be_paid(node, id)
end

local function missed(pool, r, res)
  local node = place(pool, r:key())
  if not broke(res) then failed(node, res) end
  owe(node, id_of(r))
end

-- What a child answered to a write; or nothing, and then it is noted that the child has missed it.
local function heard(child, r, res)
  if res:ok() or not is_lost(res) then return res end
  missed(child.pool, r, res)
end

-- The next debt that is to be paid, and whether it is for the second time: what a node that hung, or the network, still
-- held of the first write lands in between.
local function due(node, time)
  local id = table.remove(node.first)
  while id do
    if node.owed[id] == UNPAID then
      node.owed[id] = PAYING
      return id, false
    end
    id = table.remove(node.first)
  end
  local second = node.second[node.head]
  while second do
    local current = node.owed[second.id] == second.time -- or it was missed once more
    if current and second.time > time then return nil end
    node.second[node.head] = nil
    node.head = node.head + 1
    if current then
      node.owed[second.id] = PAYING
      return second.id, true
    end
    second = node.second[node.head]
  end
  node.second, node.head, node.tail = {}, 1, 0
end

local function settle(node, id)
  node.owed[id] = nil
  node.count = node.count - 1
  unhear(node, id)
  stat(counters.owed, -1)
end

-- A write has been done on the second try: nothing that the node missed of the key before is left, and nobody needs to hear of it.
local function absolve(node, id)
  node.waiting[id] = nil
  if node.owed[id] ~= nil then settle(node, id) end
end

-- It was written after all, and nobody needs to hear of it.
local function undo(node, id)
  node.waiting[id] = nil
  if node.owed[id] == UNPAID then settle(node, id) end
end

local function paid(node, id, again, time)
  if node.owed[id] ~= PAYING then return end -- missed once more meanwhile
  if again then
    settle(node, id)
    stat(counters.paid, 1)
  else
    node.owed[id] = time + AGAIN
    to_be_paid_again(node, id, time + AGAIN)
  end
end

local function unpaid(node, id)
  if node.owed[id] ~= PAYING then return end
  node.owed[id] = UNPAID
  to_be_paid(node, id)
end
