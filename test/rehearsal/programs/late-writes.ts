import { setTimeout as pause } from 'node:timers/promises';
import type { ServicePlan } from '../../../rehearsal/assembly/plan';
import { Task } from '../../../rehearsal/cloud/ecs/task';
import { Container } from '../../../rehearsal/namespace/container';
import { Connection, cutOff, onStage, type Stage } from './stage';

const OUTAGE_MS = 10_000;
const LONGER_MS = 6_000;

/**
 * Two proxies, one as the template has it and one without its system controls, write to a node that is cut off, and then
 * overwrite that. Tells what was seen of the first write at the node, in milliseconds after it was reachable again.
 */
onStage(async (stage: Stage) => {
  const { plan, nodes, vpc } = stage;
  for (const { name, subnet, interfaceAddress: address } of nodes) {
    const host = await vpc.boot(name, subnet, { address });
    Container.start(host, { name: 'memcached', argv: ['memcached', '-p', '11211'], environment: {}, user: '11211' });
  }
  const asIs = await proxy(stage, plan.proxies!);
  const without = await proxy(stage, {
    ...plan.proxies!,
    containers: plan.proxies!.containers.map((container) => ({ ...container, systemControls: {} })),
  });
  const lost = nodes[0]!.interfaceAddress;
  const node = await Connection.to(lost, 11211);
  const proxies = { asIs, without };
  for (const [key, connection] of Object.entries(proxies)) {
    if (!(await connection.ask(`set ${key} 0 0 3\r\nold`)).startsWith('STORED')) throw new Error('nothing was stored');
    while (!(await node.ask(`get ${key}`)).includes('old')) await pause(50);
  }

  await cutOff(lost, 'add');
  const answers = [];
  for (const value of ['first', 'newer']) {
    for (const [key, connection] of Object.entries(proxies)) {
      answers.push(await connection.ask(`set ${key} 0 0 5\r\n${value}`));
    }
    await pause(1_000);
  }
  await pause(OUTAGE_MS - 2_000);
  await cutOff(lost, 'del');

  const back = Date.now();
  const again = await Connection.to(lost, 11211);
  const landed: Record<string, number | null> = { asIs: null, without: null };
  while (Date.now() - back < LONGER_MS) {
    for (const key of Object.keys(proxies)) {
      if ((await again.ask(`get ${key}`)).includes('first')) landed[key] ??= Date.now() - back;
    }
    await pause(5);
  }
  return { answers: answers.map((answer) => answer.trim()), landed };
});

async function proxy({ vpc, metadata }: Stage, plan: ServicePlan): Promise<Connection> {
  const subnet = plan.subnets[0]!;
  const host = await vpc.boot('proxy', subnet);
  new Task(host, subnet, plan, metadata);
  return Connection.to(host.address, plan.port);
}
