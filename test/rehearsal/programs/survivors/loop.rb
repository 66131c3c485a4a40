# Follows the code of docs/connecting.md. Stores something again and again, but for a while when it is to be idle: a line for
# each operation.
quiet_from, quiet_until, finish = ENV['TIMES'].split(',').map(&:to_i)
$stdout.sync = true

now = -> { (Time.now.to_f * 1000).to_i }
stored = lambda do
  store.call
  true
rescue Dalli::DalliError => e
  warn "#{now.call} #{e.message}"
  false
end

while now.call < finish
  sleep([quiet_until - now.call, 0].max / 1000.0) if now.call > quiet_from
  start = now.call
  attempts = 1
  well = stored.call
  until well || attempts == 20
    sleep 0.1
    attempts += 1
    well = stored.call
  end
  puts "#{start} #{now.call} #{attempts} #{well ? 'well' : 'failed'}"
  sleep 0.05
end
