-- A connection of its own tells each worker the time (clock.sh): at every tick the worker asks each node whether it answers,
-- pays what it owes, and ends quarantines. So an idle worker does so too, and no client's request waits for it. It is work
-- for a request whose client waits: what runs on after its client has gone may touch another thread's connection.
local PAYMENTS = 32 -- to a node, in a tick
local HEAR = 500 -- milliseconds between questions for journals, while all is well
local TAKEN, GO = "NS \r\n", "HD \r\n"

function route_clock_conf(arguments, context)
  arguments.counters = counted(context)
  arguments.here = arguments.zones[1]
  for _, zone in ipairs(arguments.zones) do
    if zone == context:local_zone() then arguments.here = zone end
  end
  return arguments
end

local function time_out(node, time)
  if node.back and time - node.back >= QUARANTINE then
    node.back = nil
    node.follow = gutters and time or nil
  end
  if node.follow and time - node.follow >= QUARANTINE then node.follow = nil end
  heal(node)
end

local function listen(rctx, watched, question)
  for _, each in ipairs(watched) do rctx:enqueue(question, each.probe) end
  rctx:wait_cond(#watched, mcp.WAIT_ANY)
  for _, each in ipairs(watched) do
    local res = rctx:res_any(each.probe)
    if not res:ok() and is_lost(res) and broke(res) then
      res = rctx:enqueue_and_wait(question, each.again)
      goes_on()
    end
    if res:ok() or not is_lost(res) then seen(each.node) else failed(each.node, res) end
  end
end

local function pay(rctx, watched)
  local payments, time = {}, now()
  for _, each in ipairs(watched) do
    for i = 1, each.node.count > 0 and not each.node.lost and PAYMENTS or 0 do
      local id, again = due(each.node, time)
      if not id then break end
      table.insert(payments, { node = each.node, id = id, again = again, handle = each.payments[i] })
      rctx:enqueue(mcp.request("md " .. id .. "\r\n"), each.payments[i])
    end
  end
  if #payments == 0 then return false end
  rctx:wait_cond(#payments, mcp.WAIT_ANY)
  time = now()
  for _, each in ipairs(payments) do
    local res = rctx:res_any(each.handle)
    if res:ok() or not is_lost(res) then
      paid(each.node, each.id, each.again, time)
    else
      unpaid(each.node, each.id)
    end
  end
  return true
end

-- The proxy has no words for "flush_all" to a node: whoever tells the time has, and says so with its next tick.
local function flush(watched, time)
  for _, each in ipairs(watched) do
    local node = each.node
    if node.flushes > 0 and not node.lost and time >= node.due then
      return "FL " .. string.gsub(node.address, ":(%d+)$", " %1") .. " \r\n"
    end
  end
end

local function flushed(address)
  local node = nodes[address]
  if not node or node.flushes == 0 then return end
  node.flushes = node.flushes - 1
  node.due = now() + AGAIN
  stat(counters.flushed, 1)
end

function route_clock_start(arguments, context, generator)
  counters = arguments.counters
  local watched, ticking, paying, heard = {}, nil, false, 0
  for i, address in ipairs(arguments.nodes) do
    local child = arguments.children[i]
    watched[i] = { node = node_at(address), probe = generator:new_handle(child),
      again = generator:new_handle(child), payments = {} }
    for j = 1, PAYMENTS do watched[i].payments[j] = generator:new_handle(child) end
  end
  journals_of(watched, generator, arguments.children)
  local warm_up = filler(arguments, generator)
  local question = mcp.request("me cdk-memcached\r\n")
  generator:ready { n = context:label(), f = function(rctx)
    return function(r)
      if ticking and now() - ticking < PATIENCE then return TAKEN end
      ticking = now()
      flushed(r:key())
      for _ = 1, paying and 0 or 5 do
        local well = ailing == 0
        rctx:sleep(0.05)
        goes_on()
        if is_warming(now()) then break end
        if ailing > 0 and not well then break end -- a write that was just missed has time for its second try
      end
      listen(rctx, watched, question)
      goes_on()
      tell(rctx, watched)
      if ailing > 0 or now() - heard >= HEAR then
        heard = now()
        hear(rctx, watched)
        goes_on()
      end
      paying = pay(rctx, watched)
      goes_on()
      warm_up(rctx)
      local time = now()
      for _, each in ipairs(watched) do time_out(each.node, time) end
      ticking = nil
      local order = flush(watched, time)
      if order then waits() end
      return order or GO
    end
  end }
end

register_route_handlers { "reads", "renewing_reads", "copies", "one", "clock" }
