import { quote } from '../contract/quote';

const NAME = 'cdk-memcached-check';

/** After so many seconds without an answer. */
const RESTART_AFTER = 15;
const POWER_OFF_AFTER = 60;

/** A machine that came up again has so many seconds until it must answer. */
const BOOT_SECONDS = 300;

/**
 * A systemd timer that asks the node for its version every few seconds, at the address that the proxies use, and acts
 * when it does not answer for long: it starts the container again, and then it powers the machine off, so that its group
 * starts another. The watchdog in the container ends a process that hangs; this is for what that cannot see: a container
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

/** What it knows from one run to the next is in `/run`, which a boot empties. */
const SCRIPT = `address=$(cat /etc/${NAME})
[ "$address" ] || exit
port=$1 restart=$2 off=$3 boot=$4
state=/run/${NAME}
read -r now rest < /proc/uptime
now=\${now%.*}
answers() {
  ip -4 -oneline address | grep -qwF "$address" &&
    timeout 2 bash -c 'exec 3<> "/dev/tcp/$0/$1" && echo version >&3 && read -r said <&3 && [[ $said =~ ^(VERSION|ERROR.Too) ]]' "$address" "$port"
}
if answers 2> /dev/null; then
  echo > $state
  exit
fi
if [ ! -e $state ]; then
  ((now < boot)) && exit
  echo > $state
fi
read -r silent restarted < $state
echo "\${silent:=$now} $restarted" > $state
if ((now - silent >= off)); then
  echo "the node has not answered for $((now - silent)) s: power off"
  systemctl poweroff --force
elif ((now - silent >= restart)) && [ -z "$restarted" ]; then
  echo "the node has not answered for $((now - silent)) s: restart"
  echo "$silent 1" > $state
  timeout $((restart * 2)) docker restart -t 1 memcached
fi`;
