-- In a gutter a value lives no longer than the gutter's time, so that it is gone when the node is lost once more. What is no
-- time is left for the node to refuse.
local SHORTENED = {} -- the word that is a time, by command
for word, commands in pairs {
  [2] = { mcp.CMD_GAT, mcp.CMD_GATS }, [3] = { mcp.CMD_TOUCH }, [4] = { mcp.CMD_SET, mcp.CMD_ADD, mcp.CMD_CAS },
} do
  for _, command in ipairs(commands) do SHORTENED[command] = word end
end
local META_TIMES = {
  [mcp.CMD_MG] = { "T", "N" }, [mcp.CMD_MS] = { "T", "N" }, [mcp.CMD_MA] = { "T", "N" }, [mcp.CMD_MD] = { "T" },
}

-- Over thirty days a time is a moment, and over 31 bits it is none.
local MONTH, LATEST = 2592000, 2147483647
local function is_longer(time, ttl)
  if time > MONTH then return time <= LATEST and time - mcp.time_real_millis() // 1000 > ttl end
  return time == 0 or time > ttl
end

local function shorten(r, command, ttl)
  local word = SHORTENED[command]
  local time = word and r:token_int(word)
  if time and is_longer(time, ttl) then r:token(word, ttl) end
  for _, flag in ipairs(META_TIMES[command] or {}) do
    local given, wanted = r:flag_token_int(flag)
    if wanted and is_longer(wanted, ttl) then r:flag_set(flag, ttl) end
    if not given and flag == "T" and command == mcp.CMD_MS then r:flag_add(flag, ttl) end
  end
end

