-- CAS ids. Each node counts its own, so one copy decides for all: that of the zone where the key is at home, the same for
-- every proxy, or else of the next zone that is to be relied on. When it has done what was asked the other copies are
-- deleted: they could not check the id, and writes that two proxies copied there might come in another order.
local META = { [mcp.CMD_MS] = true, [mcp.CMD_MD] = true, [mcp.CMD_MA] = true }
local REFUSED = { [mcp.MCMC_CODE_NOT_FOUND] = true, [mcp.MCMC_CODE_NOT_STORED] = true, [mcp.MCMC_CODE_EXISTS] = true }

local function gives_id(r, command)
  return META[command] and r:has_flag("c")
end

-- An id of one's own ("E") is the same in every zone.
local function takes_id(r, command)
  return command == mcp.CMD_CAS or META[command] and r:has_flag("C") and not r:has_flag("E")
end

local function by_id(rctx, children)
  local orders = orders_from_home(children)

  local function drop_all_but(decided, r)
    local id = id_of(r)
    local request, asked = mcp.request("md " .. id .. "\r\n"), 0
    for _, child in ipairs(children) do
      local node = place(child.pool, r:key())
      if child ~= decided then
        if node.lost then
          owe(node, id)
        else
          rctx:enqueue(request, child.again)
          asked = asked + 1
        end
      end
    end
    wait_for(rctx, asked, children, "again", request)
  end

  local function nearest_home(r)
    for _, child in ipairs(orders[r:key():byte(-1) % #children]) do
      if ailing == 0 or readable(child.pool, r) then return child end
    end
  end

  -- Where the key is at home it may be gone, and the id be another zone's: as reads do, so the next is asked.
  local function decide(r, command)
    local nothing
    for _, child in ipairs(orders[r:key():byte(-1) % #children]) do
      if ailing == 0 or readable(child.pool, r) then
        local res = rctx:enqueue_and_wait(r, child.handle)
        if heard(child, r, res) and not res:ok() then return res end
        if res:ok() and res:code() ~= mcp.MCMC_CODE_NOT_FOUND then
          if not REFUSED[res:code()] then drop_all_but(child, r) end
          return res
        end
        if res:ok() then nothing = res end
      end
    end
    return nothing or "SERVER_ERROR backend failure\r\n"
  end

  return decide, nearest_home
end
