local_zone_from_env("MCZONE")
local set = {}
for zone, list in pairs(nodes) do set[zone] = { backends = list } end
pools { set_all = set }
-- Each route puts the lists in an order of its own, so each gets its own.
local function zone_by_zone()
  local given = { zones = {}, children = {}, nodes = {}, name = "read", copies = true, every = every }
  for i, zone in ipairs(zones) do
    given.zones[i], given.children[i], given.nodes[i] = zone, "set_all_" .. zone, nodes[zone]
  end
  return given
end
local read, renewing = route_reads(zone_by_zone()), route_renewing_reads(zone_by_zone())
routes {
  cmap = { get = read, gets = renewing, me = read, gat = renewing, gats = renewing, mg = renewing },
  default = route_copies(zone_by_zone()),
}
local copies = zone_by_zone()
