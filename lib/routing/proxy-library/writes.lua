-- Writes. A request that asks for no answer gets none, whatever the route does: by itself the proxy leaves that to the
-- nodes, and forgets it when a request is written anew. https://github.com/memcached/memcached/issues/1312
local TOKENS = {
  [mcp.CMD_SET] = 6, [mcp.CMD_ADD] = 6, [mcp.CMD_REPLACE] = 6, [mcp.CMD_APPEND] = 6, [mcp.CMD_PREPEND] = 6,
  [mcp.CMD_CAS] = 7, [mcp.CMD_INCR] = 4, [mcp.CMD_DECR] = 4, [mcp.CMD_TOUCH] = 4, [mcp.CMD_DELETE] = 3,
}

local function ends_with_noreply(r, last)
  -- From 1.6.40 on token() gives the key, whichever is asked for; raw_line() came with it.
  return string.find(r.raw_line and r:raw_line() or " " .. r:token(last), " noreply *$") ~= nil
end

-- Answers with what the function makes of the request, or with nothing.
local function quietly(silence, write)
  return function(r)
    local command = r:command()
    local last = TOKENS[command]
    if not last then
      local quiet = META[command] and r:has_flag("q")
      local res = write(r, command)
      return quiet and type(res) == "userdata" and res:ok() and res:code() == mcp.MCMC_CODE_OK and silence or res
    end
    if r:ntokens() ~= last or not ends_with_noreply(r, last) then return write(r, command) end
    r:token(last, "")
    write(r, command)
    return silence
  end
end

-- Whether what the write does depends on what the node holds.
local function conditional(r, command)
  if command == mcp.CMD_SET or command == mcp.CMD_DELETE then return false end
  if command == mcp.CMD_MD then return r:has_flag("C") end
  if command ~= mcp.CMD_MS or r:has_flag("C") then return true end
  local given, mode = r:flag_token("M")
  return given and mode ~= "S" and mode ~= "s"
end

-- Whether it may be done twice.
local function repeatable(r, command)
  return command == mcp.CMD_TOUCH or not conditional(r, command)
end

local SET, ANY, GOOD = mcp.CMD_SET, mcp.WAIT_ANY, mcp.RES_GOOD
local NOT_EVERYWHERE = "SERVER_ERROR not stored in every zone\r\n"

-- To every copy, and answered when each has answered or failed: who then reads another copy finds what was written, and
-- nothing runs on for a client that may have gone.
local function to_copies(rctx, children, every)
  local handles, count, enqueue, wait, result = {}, #children, rctx.enqueue, rctx.wait_cond, rctx.result
  for i, child in ipairs(children) do handles[i] = child.handle end
  local decide, nearest_home = by_id(rctx, children)

  -- What most writes come to, and so in few words: every copy has it.
  local function stored_by_all()
    for i = 2, count do
      local _, tag = result(rctx, handles[i])
      if tag ~= GOOD then return end
    end
    local first, tag = result(rctx, handles[1])
    return tag == GOOD and first
  end

  -- A copy that is not to be relied on gets what does not depend on it, and is deleted after all else.
  local function enqueue_with_care(r, command)
    local skipped, id, depends = {}, id_of(r), conditional(r, command)
    for _, child in ipairs(children) do
      local node = child.pool.ailing > 0 and place(child.pool, r:key())
      if node and (node.lost or depends and not relied(node, id)) then
        table.insert(skipped, node)
      else
        rctx:enqueue(r, child.handle)
      end
    end
    if #skipped < count then
      for _, node in ipairs(skipped) do owe(node, id) end
      return count - #skipped
    end
    rctx:enqueue(r, handles)
    return count
  end

  -- The best of the answers, whether that of a zone is missing, and who has lost the request. A copy that came back empty says
  -- "not found": the word of another that did it counts more.
  local function answers(of)
    local good, answered, missing, lost
    for _, child in ipairs(children) do
      local res, tag = result(rctx, child[of])
      if tag == GOOD and not REFUSED[res:code()] then
        good = good or res
      elseif res and (res:ok() or not is_lost(res)) then
        if not answered or res:ok() then answered = res end
      else
        missing, lost = missing or res or true, lost or {}
        lost[child] = res
      end
    end
    return good or answered, missing, lost
  end

  -- All connections broke at once, as they do when nodes refuse another client's request. Who answers now has lost nothing,
  -- and until then owes nothing.
  local function once_more(r, lost)
    local asked = 0
    for child, res in pairs(lost) do
      if broke(res) then
        asked = asked + 1
        rctx:enqueue(r, child.again)
      end
    end
    if asked == 0 then return end
    rctx:wait_cond(asked, ANY)
    for child in pairs(lost) do
      local res = rctx:res_any(child.again)
      if res and res:ok() then absolve(place(child.pool, r:key()), id_of(r)) end
      if res then lost[child] = not res:ok() and is_lost(res) and res or nil end
    end
    return answers("again")
  end

  return function(r, command)
    if command ~= SET and takes_id(r, command) then return decide(r, command) end
    local asked = count
    if ailing == 0 then enqueue(rctx, r, handles) else asked = enqueue_with_care(r, command) end
    wait(rctx, asked, ANY)
    local stored = command == SET and stored_by_all()
    if stored then return stored end
    local home = gives_id(r, command) and nearest_home(r)
    local res, missing, lost = answers("handle")
    if lost then
      if not res and repeatable(r, command) then res, missing = once_more(r, lost) end
      for child, last in pairs(lost) do missed(child.pool, r, last) end
    end
    if every and missing and (not res or res:ok()) then return NOT_EVERYWHERE end
    local id = home and rctx:res_any(home.handle)
    if id and id:ok() then return id end
    return res or type(missing) == "userdata" and missing or "SERVER_ERROR backend failure\r\n"
  end
end

function route_copies_conf(arguments, context)
  arguments.counters = counted(context)
  arguments.outcomes = outcomes(context, "write", "done", "error")
  return arguments
end

function route_copies_start(arguments, context, generator)
  counters = arguments.counters
  local children = children_of(arguments, generator)
  generator:ready { n = context:label(), u = 1, f = function(rctx)
    local silence, write = rctx:response_new(), to_copies(rctx, children, arguments.every)
    return observed(arguments.outcomes, quietly(silence, in_era(fenced(write))))
  end }
end

-- Another with the same words and value. The words of a line that ends in a bare newline cannot be had whole.
local function copy_of(r)
  local whole, copy = pcall(mcp.request, r:raw_line() .. "\r\n", r)
  return whole and copy:ntokens() == r:ntokens() and copy or r
end

-- To the node that the key belongs to, or to the first gutter that is to be relied on. A node that has returned gets what
-- does not depend on it as well; and for as long again the gutter's copy is deleted, since another proxy may still read it.
local function to_one(rctx, arguments, children)
  local enqueue_and_wait, res_ok, main = rctx.enqueue_and_wait, rctx.res_ok, children[1].handle

  -- What cannot be repeated and may have been done is an error, as it is where a client's own connection breaks.
  local function answer_of(r, command, child, answer)
    local res = answer or rctx:enqueue_and_wait(r, child.handle)
    if res:ok() or not is_lost(res) then return res, true end
    if broke(res) then
      local again = repeatable(r, command)
      local second = rctx:enqueue_and_wait(again and r or mcp.request("me " .. id_of(r) .. "\r\n"), child.again)
      if second:ok() or not is_lost(second) then return again and second or res, true end
      res = second
    end
    failed(place(child.pool, r:key()), res)
    missed(child.pool, r, res)
    return res, false
  end

  -- The gutter of the node's own zone may give the key to the node itself.
  local function clean(node, key, id)
    local r, asked = mcp.request("md " .. id .. "\r\n"), 0
    for i = 2, #children do
      local other = place(children[i].pool, key)
      if other ~= node and not other.lost then
        rctx:enqueue(r, children[i].also)
        asked = asked + 1
      end
    end
    wait_for(rctx, asked, children, "also", r)
  end

  -- What nodes that have returned make of it.
  local function answer_of_returned(also, r)
    local answer
    for _, child in ipairs(also) do
      local res = rctx:res_any(child.also) or rctx:wait_handle(child.also)
      local has = heard(child, r, res)
      answer = answer or has
    end
    return answer
  end

  -- Nobody is to be relied on: whoever answers.
  local function anyone(r, command)
    local res, answered
    for _, child in ipairs(children) do
      if not rctx:res_any(child.handle) then
        res, answered = answer_of(r, command, child)
        if answered then
          undo(place(child.pool, r:key()), id_of(r))
          break
        end
      end
    end
    return res
  end

  -- The last answer, whether it is one that counts, and the nodes that were asked besides. The first may have answered already.
  local function first_relied(r, command, first)
    local also, res, answered
    for i, child in ipairs(children) do
      local node = not first and child.pool.ailing > 0 and place(child.pool, r:key())
      local id = node and id_of(r)
      if i == 2 then
        if also then r = copy_of(r) end
        shorten(r, command, arguments.ttl)
        stat(arguments.retries, 1)
      end
      if not node or relied(node, id) then
        res, answered = answer_of(r, command, child, first)
        first = nil
        if answered then
          if i == 1 and node and node.follow then clean(node, r:key(), id) end
          return res, true, also
        end
      elseif node.lost or conditional(r, command) then
        owe(node, id)
      else
        rctx:enqueue(r, child.also)
        also = also or {}
        table.insert(also, child)
      end
    end
    return res, false, also
  end

  return function(r, command)
    -- What most writes come to, and so in few words.
    local first = ailing == 0 and enqueue_and_wait(rctx, r, main) or nil
    if first and res_ok(rctx, main) then return first end
    local res, answered, also = first_relied(r, command, first)
    local returned = also and answer_of_returned(also, r)
    if answered then return res end
    return returned or anyone(r, command) or res
  end
end

function route_one_conf(arguments, context)
  arguments.retries = context:get_stats_id("gutter_retries")
  arguments.counters = counted(context)
  arguments.outcomes = outcomes(context, "write", "done", "error")
  return arguments
end

function route_one_start(arguments, context, generator)
  counters, gutters = arguments.counters, true
  local children = children_of(arguments, generator)
  for i, child in ipairs(children) do child.also = generator:new_handle(arguments.children[i]) end
  generator:ready { n = context:label(), u = 1, f = function(rctx)
    local silence, write = rctx:response_new(), to_one(rctx, arguments, children)
    return observed(arguments.outcomes, quietly(silence, in_era(fenced(write))))
  end }
end
