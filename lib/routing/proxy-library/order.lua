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

-- What has lasted longer than any write is over too: one whose client has gone may never be counted down.
local function is_over(of)
  local time = now()
  while of and (of.writes <= 0 or time > of.ends) do of = of.earlier end
  return of == nil
end

-- Writes that come later are not waited for.
local function wait_for_writes(rctx)
  if era.writes > 0 then
    era.ends = now() + SETTLED
    era = { writes = 0, earlier = era }
  end
  local of = era.earlier
  while not is_over(of) do rctx:sleep(0.001) end
  if era.earlier == of then era.earlier = nil end
end
