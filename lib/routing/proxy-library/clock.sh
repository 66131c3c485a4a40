# Tells one worker thread of the proxy the time, and empties a node for it. $1: the port; ends with the proxy, its parent.
pipe=/tmp/clock.$$
[ -p $pipe ] || mkfifo $pipe
ticks() {
  echo 'mg go'
  while read -r word node port end; do
    case $word in
      HD) echo 'mg go' ;;
      FL)
        if printf 'flush_all\r\nquit\r\n' | timeout 2 nc $node $port | grep -q OK; then
          echo "emptied $node: it missed more writes than are kept" >&2
          echo "mg $node:$port"
        else
          echo 'mg go'
        fi
        ;;
      *) break ;;
    esac
  done
  # Not every nc ends the connection when its input ends: a worker would keep it for its clock.
  echo quit 2> /dev/null
}
while kill -0 $PPID 2> /dev/null; do
  ticks < $pipe | nc 127.0.0.1 $1 > $pipe
  sleep 0.2
done
