import { quote } from '../contract/quote';

const NAME = 'cdk-memcached-check';

/** After so many seconds without an answer. */
const RESTART_AFTER = 15;
const POWER_OFF_AFTER = 60;

/** A machine that came up again has so many seconds until it must answer. */
const BOOT_SECONDS = 300;

/**
 * A systemd timer that asks the node for its version every few seconds, at the address that the proxies use, and acts
 * when it does not answer for long: it starts the container again; where docker does not do that, or the address is gone, it
 * powers the machine off, so that its group starts another. The watchdog in the container ends a process that hangs; this is for what that cannot see: a container
 * or a docker that is stuck, an interface that is gone.
 *
 * The timer is set last, when the node has answered, and waits for an answer or some minutes after each boot: no boot, no
 * installation and no outage of AWS makes it power off. It asks nobody but this machine. A check that gets stuck itself is
 * ended by systemd, and the next one goes on. Powering off waits for nobody: what is stuck would hold it up, and a node has
 * nothing to save.
 */
export function ec2Check(port: number): string[] {
  const service = `[Service]
Type=oneshot
TimeoutStartSec=40
ExecStart=/bin/bash /usr/local/sbin/${NAME} ${port} ${RESTART_AFTER} ${POWER_OFF_AFTER} ${BOOT_SECONDS}`;
  const timer = `[Timer]
OnActiveSec=5
OnUnitInactiveSec=5
AccuracySec=1
[Install]
WantedBy=timers.target`;
  return [
    `remember() { own_address > /etc/${NAME}; }`,
    'retry 10 remember',
    `echo ${quote(SCRIPT)} > /usr/local/sbin/${NAME}`,
    `echo ${quote(service)} > /etc/systemd/system/${NAME}.service`,
    `echo ${quote(timer)} > /etc/systemd/system/${NAME}.timer`,
    'systemctl daemon-reload',
    `systemctl enable --now ${NAME}.timer`,
  ];
}

/**
 * What it knows from one run to the next is in `/run`, which a boot empties.
 *
 * A miss is a probe that was refused, or whose shell waited for an answer until its time was over, no more and no less; and
 * no memcached of the machine used the CPU meanwhile, or waits for it or for a disk. A probe that could not be made, a shell
 * that is slow to start and whatever else fails on a machine that is starved tell nothing, and the count begins anew.
 */
const SCRIPT = `export LC_ALL=C
port=$1 restart=$2 off=$3 boot=$4
state=/run/${NAME}
read -r address < /etc/${NAME}
[ "$address" ] || exit
look() {
  cpu=0 wants=
  for p in /proc/[0-9]*; do
    read -r name < $p/comm && [ "$name" = memcached ] && [ $p/ns/net -ef /proc/self/ns/net ] || continue
    read -r stat < $p/stat || continue
    set -- \${stat##*) }
    shift 11
    ((cpu += $1 + $2))
    case $(cat $p/task/*/stat) in "" | *") R "* | *") D "*) wants=1 ;; esac
  done
} 2> /dev/null
idle() {
  before=$cpu
  look
  [ -z "$wants" ] && ((cpu - before < 3))
}
missed() {
  look
  said=$(timeout 2 bash -c 'read -r at rest < /proc/uptime && echo \${at/./} && exec 3<> "/dev/tcp/$0/$1" && echo version >&3 && read -r said <&3 && echo "answer $said"' "$address" "$port" 2>&1)
  code=$?
  read -r end rest < /proc/uptime
  end=\${end/./}
  case $said in
    *answer*) echo > $state; exit ;;
    *refused*) idle ;;
    *) [ $code = 124 ] && [ "$said" ] && ((end - said > 150 && end - said < 400)) && idle ;;
  esac
}
bad() {
  case $1 in 124 | 137) return 0 ;; esac
  timeout -s KILL 10 docker inspect memcached > /dev/null 2>&1
  case $? in 1 | 124 | 137) ;; *) false ;; esac
}
read -r now rest < /proc/uptime
now=\${now%.*}
list=$(ip -4 -oneline address)
lost=
[ -z "$list" ] || [[ $list == *" $address/"* ]] || lost=1
if [ -z "$lost" ] && ! missed; then
  [ ! -e $state ] || echo > $state
  exit
fi
if [ ! -e $state ]; then
  ((now < boot)) && exit
  echo > $state
fi
read -r silent restarted < $state
echo "\${silent:=$now} $restarted" > $state
quiet=$((now - silent))
if ((quiet >= off)); then
  if [ "$lost" ] || bad $restarted; then
    echo "the node has not answered for $quiet s, and docker is stuck or $address is gone: power off"
    systemctl poweroff --force
  else
    echo > $state
  fi
elif ((quiet >= restart)) && [ -z "$restarted$lost" ]; then
  echo "the node has not answered for $quiet s: restart"
  echo "$silent 124" > $state
  timeout -s KILL $((restart * 2)) docker restart -t 1 memcached
  echo "$silent $?" > $state
fi`;
