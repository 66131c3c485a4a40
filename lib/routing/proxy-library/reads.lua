-- Reads of one child after another. A child that lost the request, or is not to be relied on for this key, is passed over;
-- a node's own refusal is an answer. Where copies are kept, a miss goes on too.
local function miss(r, silence)
  local command = r:command()
  if command ~= mcp.CMD_MG and command ~= mcp.CMD_ME then return "END\r\n" end
  return r:has_flag("q") and silence or "EN\r\n"
end

-- Asks one, unless it has answered already, and once more if the connection broke, but not where a write before it broke off
-- with it. Returns nil when the request is lost.
local function ask_one(rctx, child, r, answer)
  local res = answer or rctx:enqueue_and_wait(r, child.handle)
  if res:ok() or not is_lost(res) then return res end
  local node = place(child.pool, r:key())
  if broke(res) then
    wait_for_writes(rctx)
    if is_old(node, id_of(r)) then return end
    res = rctx:enqueue_and_wait(r, child.again)
    if res:ok() or not is_lost(res) then return res end
  end
  failed(node, res)
end

-- Whether nobody else is to be asked. A copy that has missed may have come back empty.
local function is_last_word(arguments, res)
  return res:hit() or not (arguments.copies and res:ok())
end

-- When nobody is to be relied on: rather a node that has just returned than none, but never a copy known to be old. Then
-- those that are lost, which may answer by now. Whether its node answers tells a miss from an error.
local function last_resort(rctx, arguments, r, children, silence)
  local id, answering, lost, answer, from = id_of(r), false, nil, nil, nil
  -- The first answer stays, until there is a last word.
  local function settles(res, child)
    local last = is_last_word(arguments, res)
    if last or not answer then answer, from = res, child end
    return last
  end
  for _, child in ipairs(children) do
    local node = place(child.pool, r:key())
    if not node.lost and not rctx:res_any(child.handle) then
      if is_old(node, id) then
        answering = true
      else
        local res = ask_one(rctx, child, r)
        if res and settles(res, child) then return answer, from end
      end
    end
  end
  if answering then return answer or miss(r, silence), from end
  wait_for_writes(rctx)
  for _, child in ipairs(children) do
    local old = is_old(place(child.pool, r:key()), id)
    if not answer or not old and not rctx:res_any(child.handle) then
      -- A handle is good for one request: who asks by it again waits for ever.
      lost = rctx:res_any(child.again) or rctx:enqueue_and_wait(old and mcp.request("me " .. id .. "\r\n") or r, child.again)
      local answers = lost:ok() or not is_lost(lost)
      if answers and not old and settles(lost, child) then return answer, from end
      answering = answering or answers
    end
  end
  return answer or answering and miss(r, silence) or lost, from
end

-- Asks the children in their order, or in another; the first may have answered already.
local function ask(rctx, arguments, r, order, silence, first)
  local answer, from
  local last = #order
  for i = 1, last do
    local child, passed_over = order[i], true
    if i == 2 and arguments.ttl then shorten(r, r:command(), arguments.ttl) end
    if first or ailing == 0 or readable(child.pool, r) then
      local res = ask_one(rctx, child, r, first)
      first = nil
      if res then
        if is_last_word(arguments, res) then
          if from and from == order.here then want(from, child, r, res) end
          return res, child
        end
        if not answer then answer, from = res, child end
        passed_over = false
      end
    end
    if passed_over and i < last then stat(arguments.retries, 1) end
  end
  if answer then return answer, from end
  return last_resort(rctx, arguments, r, order, silence)
end

function route_reads_conf(arguments, context)
  if arguments.copies then nearest_first(arguments, context:local_zone()) end
  arguments.retries = context:get_stats_id(arguments.name .. "_retries")
  arguments.counters = counted(context)
  arguments.outcomes = outcomes(context, "read", "hit", "miss", "error")
  return arguments
end

function route_reads_start(arguments, context, generator)
  counters = arguments.counters
  local children = children_of(arguments, generator)
  generator:ready { n = context:label(), u = 1, f = function(rctx)
    local silence, enqueue_and_wait, first = rctx:response_new(), rctx.enqueue_and_wait, children[1].handle
    local answered = arguments.copies and rctx.res_good or rctx.res_ok -- "good" is a hit
    return observed(arguments.outcomes, function(r)
      -- What most reads come to, and so in few words: the first has it.
      local res = ailing == 0 and enqueue_and_wait(rctx, r, first) or nil
      if res and answered(rctx, first) then return res end
      return (ask(rctx, arguments, r, children, silence, res))
    end)
  end }
end

-- Until each child that was asked by its handle of this name has answered; and notes who has missed the request.
local function wait_for(rctx, asked, children, handle, request)
  if asked == 0 then return end
  rctx:wait_cond(asked, mcp.WAIT_ANY)
  for _, child in ipairs(children) do
    local res = rctx:res_any(child[handle])
    if res then heard(child, request, res) end
  end
end

-- A read that renews a copy renews them all.
local function renewal(r, command)
  if command == mcp.CMD_MG then
    local given, ttl = r:flag_token("T")
    return given and ttl and "mg " .. id_of(r) .. " T" .. ttl .. "\r\n"
  end
  local ttl = r:token_int(2)
  return ttl and "touch " .. r:key() .. " " .. ttl .. "\r\n"
end

-- Every proxy's order for a key that one client is to win a token of: it begins with the same zone for all.
local function orders_from_home(children)
  local named, orders = { table.unpack(children) }, {}
  table.sort(named, function(a, b) return a.zone < b.zone end)
  for first = 0, #named - 1 do
    orders[first] = {}
    for i = 0, #named - 1 do orders[first][i + 1] = named[(first + i) % #named + 1] end
  end
  return orders
end

local function flag(name) return { t = "hasflag", flag = name } end

function route_renewing_reads_conf(arguments, context) return route_reads_conf(arguments, context) end
function route_renewing_reads_start(arguments, context, generator)
  counters = arguments.counters
  local children = children_of(arguments, generator)
  for i, child in ipairs(children) do child.renewing = generator:new_handle(arguments.children[i]) end
  local orders = orders_from_home(children)
  local flags_of = mcp.req_inspector_new(flag("N"), flag("R"), flag("c"), flag("T"))
  local is_to_renew = mcp.res_inspector_new(flag("W"))
  generator:ready { n = context:label(), u = 1, f = function(rctx)
    local silence, enqueue_and_wait, res_good = rctx:response_new(), rctx.enqueue_and_wait, rctx.res_good
    local function renew(r, command, from)
      local text = renewal(r, command)
      if not text then return end
      local request, asked = mcp.request(text), 0
      for _, child in ipairs(children) do
        if child ~= from then
          if readable(child.pool, r) then
            rctx:enqueue(request, child.renewing)
            asked = asked + 1
          else
            owe(place(child.pool, r:key()), id_of(r))
          end
        end
      end
      wait_for(rctx, asked, children, "renewing", request)
    end

    local function read(r, order)
      local child = order[1]
      local res = ailing == 0 and enqueue_and_wait(rctx, r, child.handle) or nil
      if res and res_good(rctx, child.handle) then return res, child end
      return ask(rctx, arguments, r, order, silence, res)
    end

    local function orders_home(r) return orders[r:key():byte(-1) % #children] end

    return observed(arguments.outcomes, function(r)
      local command = r:command()
      if command ~= mcp.CMD_MG then
        local ids = command == mcp.CMD_GETS or command == mcp.CMD_GATS
        local res, from = read(r, ids and orders_home(r) or children)
        if from and res:hit() and command ~= mcp.CMD_GETS then renew(r, command, from) end
        return res
      end
      local token, early_token, id, time = flags_of(r)
      local res, from = read(r, (token or early_token or id) and orders_home(r) or children)
      if not from or not res:hit() then return res end
      if is_to_renew(res) then
        -- This client is the one to renew the value: of its zone, so the key's home has the last word.
        local home = orders_home(r)[1]
        if from ~= home and not rctx:res_any(home.handle) and readable(home.pool, r) then
          local word = rctx:enqueue_and_wait(r, home.handle)
          if word:hit() then res, from = word, home end
        end
      end
      if time then renew(r, command, from) end
      return res
    end)
  end }
end
