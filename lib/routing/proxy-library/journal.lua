-- What a node is owed is told to two others, so that it outlives the proxy that owes it, and so that a proxy that can reach
-- the node, while another cannot, does not read what the other failed to write.
local KEEPERS, AT_ONCE = 2, 500

local function journals_of(watched, generator, children)
  for i, each in ipairs(watched) do
    each.journals = {}
    for step = 1, math.min(KEEPERS, #watched - 1) do
      local kept = (i + step - 1) % #watched + 1
      local name = "cdk-memcached.debts." .. each.node.address
      each.journals[step] = { name = name, keeper = watched[kept].node, taken = 0,
        asking = mcp.request("me " .. name .. "\r\n"), ask = generator:new_handle(children[kept]),
        read = generator:new_handle(children[kept]), write = generator:new_handle(children[kept]), clear = generator:new_handle(children[kept]) }
    end
  end
end

local function each_journal(watched, act)
  for _, each in ipairs(watched) do
    for _, journal in ipairs(each.journals) do
      if not journal.keeper.lost then act(each.node, journal) end
    end
  end
end

-- A new part of a journal, of a node that others owe.
local function take(node, journal, text)
  local start, length = select(2, string.find(text, "\r\n", 1, true)), tonumber(string.match(text, "^VA (%d+)"))
  if not start or not length then return end
  if length < journal.taken then journal.taken = 0 end
  for id in string.gmatch(string.sub(text, start + 1 + journal.taken, start + length), "[^\n]+") do
    owe(node, id, true)
  end
  journal.taken, journal.next = length, now() + length // 1000
end

-- A journal is read when it has changed and its node answers: one that does not is not read from anyway. A long one is read
-- less often.
local function hear(rctx, watched)
  local asked, time = 0, now()
  each_journal(watched, function(_, journal)
    asked = asked + 1
    rctx:enqueue(journal.asking, journal.ask)
  end)
  if asked > 0 then rctx:wait_cond(asked, mcp.WAIT_ANY) end
  local changed = 0
  each_journal(watched, function(node, journal)
    local res = rctx:res_any(journal.ask)
    if not res or not res:ok() then return end
    local version = string.match(res:raw_string(), " cas=(%d+) ")
    if not version then
      journal.version, journal.taken = nil, 0
      -- It has expired. While its debtor lives, the journal does too.
      if node.lost and #node.news == 0 then
        for id in pairs(node.owed) do table.insert(node.news, id) end
      end
    elseif version ~= journal.version and not node.lost and time >= (journal.next or 0) then
      journal.version = version
      changed = changed + 1
      rctx:enqueue(mcp.request("mg " .. journal.name .. " v\r\n"), journal.read)
    end
  end)
  if changed == 0 then return end
  rctx:wait_cond(changed, mcp.WAIT_ANY)
  each_journal(watched, function(node, journal)
    local res = rctx:res_any(journal.read)
    if res and res:hit() then take(node, journal, res:raw_string()) end
  end)
end

local function tell(rctx, watched)
  local told = 0
  for _, each in ipairs(watched) do
    local news = each.node.news
    if #news > 0 then
      local part = {}
      for i = 1, math.min(#news, AT_ONCE) do part[i] = table.remove(news) end
      local text = table.concat(part, "\n") .. "\n"
      for _, journal in ipairs(each.journals) do
        if not journal.keeper.lost then
          told = told + 1
          local line = "ms " .. journal.name .. " " .. #text .. " MA N60\r\n"
          rctx:enqueue(mcp.request(line, text .. "\r\n"), journal.write)
        end
      end
    end
  end
  if told == 0 then return end
  rctx:wait_cond(told, mcp.WAIT_ANY)
  each_journal(watched, function(_, journal)
    local res = rctx:res_any(journal.write)
    if not res or res:ok() or is_lost(res) then return end
    -- It is full. What it held was heard; it begins anew.
    rctx:enqueue_and_wait(mcp.request("md " .. journal.name .. "\r\n"), journal.clear)
  end)
end
