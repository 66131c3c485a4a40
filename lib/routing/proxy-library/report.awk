# What memcached's proxy tells of itself, as a line in CloudWatch's embedded metric format. The input is two of its answers, each
# after a line with its time in seconds. The figures are those of the probe (lambda/probe/proxy-statistics.ts, outcomes.ts).
$1 == "AT" { answer++; at[answer] = $2 }
$1 == "STAT" {
  stat[answer, $2] = $3 + 0
  if (answer == 2) told[++tells] = $2
}
# All that it says when it has all the connections that it may have: it takes none, this one neither.
/^ERROR Too many/ { full = 1 }
function add(name, value) {
  names = names comma "{\"Name\":\"" name "\",\"Unit\":\"" unit[name] "\"}"
  values = values sprintf(",\"%s\":%.9g", name, value)
  comma = ","
}
# After a restart, and after one was set back by hand, a counter has grown from zero.
function grown(counter, before) {
  before = fresh ? 0 : stat[1, counter]
  return stat[2, counter] < before ? stat[2, counter] : stat[2, counter] - before
}
function rate(name, counter) {
  if ((2, counter) in stat) add(name, grown(counter) / seconds)
}
function latency(name, kind, share, below, from, to, step, within) {
  share = 0.99 * asked[kind]
  while (share > 0) {
    to = 0
    for (step in steps) if (step + 0 > from && (!to || step + 0 < to)) to = step + 0
    within = asked[kind, to]
    if (within > 0 && below + within >= share) {
      add(name, from + (to - from) * (share - below) / within)
      return
    }
    below += within
    from = to
  }
}
function tell() {
  print "{\"_aws\":{\"Timestamp\":" at[2] "000,\"CloudWatchMetrics\":[{" directive ",\"Metrics\":[" names "]}]}," owner values "}"
}
END {
  if (full) {
    add("ConnectionsRatio", 1)
    add("Rejected", 1 / 60)
    tell()
  }
  if (!((2, "uptime") in stat)) exit
  fresh = stat[1, "pid"] != stat[2, "pid"]
  seconds = fresh ? stat[2, "uptime"] : at[2] - at[1]
  if (seconds < 1) seconds = 1
  for (i = 1; i <= tells; i++) {
    if (told[i] ~ /^user_.*_retries$/) failovers += grown(told[i])
    if (told[i] !~ /^user_(read|write)_(hit|miss|error|done)_([0-9]+|more)$/) continue
    split(told[i], word, "_")
    step = word[4] == "more" ? 1000 : word[4]
    count = grown(told[i])
    steps[step] = 1
    asked[word[2]] += count
    asked[word[2], step] += count
    outcome[word[3]] += count
  }
  add("Uptime", stat[2, "uptime"])
  add("Connections", stat[2, "curr_connections"])
  if (stat[2, "max_connections"] > 0) add("ConnectionsRatio", stat[2, "curr_connections"] / stat[2, "max_connections"])
  rate("Rejected", "rejected_connections")
  rate("BackendErrors", "proxy_backend_failed")
  add("Failovers", failovers / seconds)
  rate("MarkedBad", "proxy_backend_marked_bad")
  if ((2, "user_debts_owed") in stat) add("DebtsOwed", stat[2, "user_debts_owed"])
  rate("DebtsPaid", "user_debts_paid")
  rate("NodesEmptied", "user_debts_flushes")
  rate("WarmUps", "user_warm_ups")
  reads = outcome["hit"] + outcome["miss"]
  if (reads > 0) add("ClientHitRatio", outcome["hit"] / reads)
  requests = reads + outcome["error"] + outcome["done"]
  # The alarm is on the worst of all proxies: one error among few requests is not to make a quiet one the worst.
  if (requests > 0) add("ClientErrors", outcome["error"] / (requests > 50 ? requests : 50))
  latency("ReadLatency", "read")
  latency("WriteLatency", "write")
  tell()
}
