import { setTimeout as pause } from 'node:timers/promises';
import type { BalancerPlan } from '../../../rehearsal/assembly/plan';
import { runIn } from '../../../rehearsal/clients/run-in';
import { Cloud } from '../../../rehearsal/cloud/cloud';
import { until } from '../../../rehearsal/cloud/wait';
import { LIBRARIES, type Library, scriptOf } from './survivors/libraries';
import { type Event, judge, operationsIn } from './survivors/judge';
import { onStage } from './stage';

const NAME = 'cache.test';
const STARTS_MS = 3_000;
const QUIET_MS = 3_000;
/** For how long clients are watched after each event. */
const WATCHED_MS: Record<Event, number> = { idle: 3_000, moved: 6_000, lost: 13_000 };
/** Until the address of the lost zone leaves the name. AWS takes its time: clients have to live with both until then. */
const WITHDRAWN_MS = 6_000;

/**
 * Client libraries, each with the code of docs/connecting.md and as it is without: how they fare when the load balancer has
 * forgotten a connection that was idle, when the name leads to another address and the old one is dark, and when a zone is
 * lost with the address that they use.
 */
onStage(async ({ plan, network, metadata, rootfs, makeLog }) => {
  const cloud = new Cloud(plan, network, metadata, rootfs, makeLog);
  await cloud.start(() => {}, 'up');
  const tools = await cloud.vpc.boot('tools', cloud.clientSubnet);
  const balancer = cloud.balancer!;
  const zones = plan.subnets.map(({ zone }) => zone);
  const [first, second] = zones as [string, string];
  const names = cloud['names'];
  const leadTo = (...to: string[]) => {
    for (const zone of zones) names.remove({ name: NAME }, balancer.addressIn(zone)!);
    for (const zone of to) names.add({ name: NAME, address: balancer.addressIn(zone)!, ttl: 60 });
  };

  leadTo(first);
  const quietFrom = Date.now() + STARTS_MS;
  const idle = quietFrom + QUIET_MS;
  const moved = idle + WATCHED_MS.idle;
  const lost = moved + WATCHED_MS.moved;
  const end = lost + WATCHED_MS.lost;
  const environment = [
    `MEMCACHED=${NAME}:${(plan.endpoint as BalancerPlan).port}`,
    `TIMES=${[quietFrom, idle, end].join()}`,
  ];
  const run = async (library: Library, code: string) => {
    const { argv, input } = scriptOf(library, code);
    const host = library.language === 'js' ? cloud.clientHost : tools;
    const withinSeconds = (end - Date.now()) / 1000 + 1;
    const { stdout, stderr } = await runIn(host, ['env', ...environment, ...argv], { withinSeconds, input });
    const operations = operationsIn(stdout);
    const during = (time: number, event: Event) => judge(operations, time, time + WATCHED_MS[event]);
    return {
      before: operations.filter((each) => each.end < quietFrom).length,
      idle: during(idle, 'idle'),
      moved: during(moved, 'moved'),
      lost: during(lost, 'lost'),
      said: stderr.slice(0, 1000),
    };
  };
  const runs = Object.entries(LIBRARIES).map(async ([name, library]) => {
    const [set, bare] = await Promise.all([run(library, library.code()), run(library, library.bare)]);
    return [name, { set, bare }] as const;
  });
  const restore = async (zone: string) => {
    balancer.restoreZone(zone);
    await until(async () => balancer.missing(), 10_000);
  };
  const at = (time: number) => pause(Math.max(0, time - Date.now()));
  await at(quietFrom + 300);
  // A node of the load balancer that has just started knows no connection, as one after the idle time-out: it resets them.
  await balancer.loseZone(first);
  await restore(first);
  const forgotInTime = Date.now() <= idle;

  await at(moved);
  leadTo(second);
  await balancer.loseZone(first);
  await at(lost - 2_000);
  await restore(first);

  await at(lost);
  leadTo(first, second);
  await cloud.loseZone(second);
  await at(lost + WITHDRAWN_MS);
  leadTo(first);

  const libraries = Object.fromEntries(await Promise.all(runs));
  await tools.stop();
  await cloud.stop();
  return { forgotInTime, libraries };
});
