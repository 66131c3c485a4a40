-- One pool in all, and behind it a gutter for each zone: the zone's own nodes as a pool. Gutters share no node, so wherever
-- one node or one zone is lost, a gutter is left that answers each of its keys.
pools { main = { backends = all } }
local function main_and_gutters()
  local given = { zones = { "" }, children = { "main" }, nodes = { all }, name = "gutter", ttl = ttl }
  for _, zone in ipairs(zones) do
    table.insert(given.zones, zone)
    table.insert(given.children, "gutter_" .. zone)
    table.insert(given.nodes, nodes[zone])
  end
  return given
end
for zone, list in pairs(nodes) do pools { ["gutter_" .. zone] = { backends = list } } end
local read = route_reads(main_and_gutters())
routes {
  cmap = { get = read, gets = read, me = read, gat = read, gats = read, mg = read },
  default = route_one(main_and_gutters()),
}
local copies = { zones = {}, children = {}, nodes = {} }
