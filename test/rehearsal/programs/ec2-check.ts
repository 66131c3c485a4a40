import { readdirSync, readlinkSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { InstanceGroup } from '../../../rehearsal/cloud/ec2/group';
import type { Instance } from '../../../rehearsal/cloud/ec2/instance';
import { Connection, ip, onStage } from './stage';

const PORT = 11211;

/**
 * A node with the template's own user data, whose check waits only seconds. Tells how long the node was away, and in how
 * many instances and containers it then was, after each fault.
 */
onStage(async ({ nodes, vpc, metadata }) => {
  const [plan] = nodes;
  const quick = plan!.userData.replace(' 15 60 300', ' 4 12 300');
  if (quick === plan!.userData) throw new Error('the check is not in the user data');
  const instances = new Set<Instance>();
  const group = new InstanceGroup({ ...plan!, userData: quick }, vpc, metadata, new Map(), (error) => {
    throw error;
  });
  const instance = () => group['instance'] as Instance;
  await group.start();

  const after = async (fault: () => unknown) => {
    const before = instance();
    const containers = before.docker.running.map(({ startedAt }) => startedAt);
    instances.add(before);
    const connection = await Connection.to(plan!.interfaceAddress, PORT);
    if (!(await connection.ask('set k 0 0 3\r\nold')).startsWith('STORED')) throw new Error('nothing was stored');
    await pause(6_000); // the check has seen it answer
    const start = Date.now();
    await fault();
    let again = '';
    while (again === '' && Date.now() - start < 60_000) {
      again = await (await Connection.to(plan!.interfaceAddress, PORT, 600)).ask('get k');
      await pause(100);
    }
    return {
      seconds: (Date.now() - start) / 1000,
      empty: again.startsWith('END'),
      sameInstance: instance() === before,
      sameContainer: instance().docker.running.some(({ startedAt }) => containers.includes(startedAt)),
    };
  };

  return {
    healthy: { running: instance().docker.running.length },
    stuckContainer: await after(stopContainer),
    stuckDocker: await after(() => {
      instance().docker.getStuck();
      stopContainer();
    }),
    lostInterface: await after(() =>
      ip(['link', 'del', 'eth1'], ['nsenter', `--target=${instance().host.pid}`, '--net']),
    ),
  };
});

/** All of the container's processes stand still, its watchdog too. */
function stopContainer(): void {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const namespaceOf = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/ns/pid`);
    } catch {
      return undefined;
    }
  };
  const nameOf = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    } catch {
      return undefined;
    }
  };
  const memcached = processes.find((pid) => nameOf(pid) === 'memcached')!;
  for (const pid of processes) if (namespaceOf(pid) === namespaceOf(memcached)) process.kill(Number(pid), 'SIGSTOP');
}
