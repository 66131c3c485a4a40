-- A proxy that stood still finds requests, when it goes on, that their clients have given up: since then they may have
-- written newer values by another proxy. For a moment it cannot tell these from new ones, so a value that it is to store is
-- deleted instead. That is a miss, and never an old value.
local MOMENT = 300 -- milliseconds in which what waited in the sockets is read
local STOOD_STILL = "SERVER_ERROR the proxy stood still\r\n"
local went_on, noticed, suspect = nil, nil, 0

local function is_suspect()
  local time = now()
  if went_on and time - went_on > STALL and noticed ~= went_on then noticed, suspect = went_on, time + MOMENT end
  return time < suspect
end

-- The clock goes on. When it has ended only one moment is lost, because each is noticed once.
local function goes_on()
  is_suspect()
  went_on = now()
end

-- The clock is asked to empty a node, and says nothing until it has.
local function waits()
  went_on = nil
end

-- What takes away, or stores nothing, does no harm when it is late.
local HARMLESS = { [mcp.CMD_DELETE] = true, [mcp.CMD_MD] = true, [mcp.CMD_TOUCH] = true }

local function fenced(write)
  return function(r, command)
    if HARMLESS[command] or not is_suspect() then return write(r, command) end
    if command ~= mcp.CMD_SET then return STOOD_STILL end
    local res = write(mcp.request("md " .. id_of(r) .. "\r\n"), mcp.CMD_MD)
    return type(res) == "userdata" and res:ok() and "STORED\r\n" or res
  end
end
