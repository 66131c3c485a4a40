local watched = { children = {}, nodes = {}, zones = copies.zones, copies = copies.nodes }
for i, address in ipairs(all) do
  pools { ["node_" .. i] = { backends = { address } } }
  watched.children[i], watched.nodes[i] = "node_" .. i, address
end
for _, child in ipairs(copies.children) do table.insert(watched.children, child) end
routes { tag = "clock", default = route_clock(watched) }
