local watched = { children = {}, nodes = {} }
for i, address in ipairs(all) do
  pools { ["node_" .. i] = { backends = { address } } }
  watched.children[i], watched.nodes[i] = "node_" .. i, address
end
routes { tag = "clock", default = route_clock(watched) }
