-- A connection that breaks takes with it what a client sent in one go: a write, and the read behind it. Each is tried again,
-- and the read only after this worker's writes that were under way with it: it would else be there before them.
local era = { writes = 0 }

local function in_era(write)
  return function(r, command)
    local of = era
    of.writes = of.writes + 1
    local res = write(r, command)
    of.writes = of.writes - 1
    return res
  end
end

local function is_over(of)
  while of and of.writes <= 0 do of = of.earlier end
  return of == nil
end

-- A client that has gone leaves its write under way for ever: it is waited for once, for longer than a write takes.
local function wait_for_writes(rctx)
  local of = era
  if is_over(of) then return end
  era = { writes = 0, earlier = of }
  local time = now()
  repeat rctx:sleep(0.001) until is_over(of) or now() - time > SETTLED
  of.writes, of.earlier = 0, nil
end
