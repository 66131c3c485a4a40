-- What clients were answered, and how long they waited: of one request in so many of each worker, to cost little. A prime, so
-- that no batch of requests falls in step with it.
local SAMPLE = 17
local BOUNDS = { 1, 2, 5, 10, 50, 200 } -- milliseconds
local turn = 0

local function outcomes(context, kind, ...)
  local ids = {}
  for _, outcome in ipairs { ... } do
    ids[outcome] = {}
    for i = 1, #BOUNDS + 1 do
      ids[outcome][i] = context:get_stats_id(kind .. "_" .. outcome .. "_" .. (BOUNDS[i] or "more"))
    end
  end
  return ids
end

-- A whole millisecond says little of a short wait: there the time that the node took is nearer.
local function step_of(res, waited)
  if waited < 2 then waited = type(res) == "userdata" and res:elapsed() / 1000 or 0 end
  for i, bound in ipairs(BOUNDS) do
    if waited <= bound then return i end
  end
  return #BOUNDS + 1
end

local function outcome_of(ids, res)
  if type(res) == "string" then return string.find(res, "ERROR", 1, true) and ids.error or ids.miss or ids.done end
  if not res or not res:ok() then return ids.error end
  return ids.done or res:hit() and ids.hit or ids.miss
end

local function observed(ids, route)
  return function(r)
    turn = turn + 1
    if turn < SAMPLE then return route(r) end
    turn = 0
    local start = now()
    local res = route(r)
    stat(outcome_of(ids, res)[step_of(res, now() - start)], 1)
    return res
  end
end
