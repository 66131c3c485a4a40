import type { ClusterPlan, NodePlan } from '../assembly/plan';
import type { Cloud } from './cloud';
import { InstanceGroup } from './ec2/group';
import { Service } from './ecs/service';

/** What an update does to the nodes and the proxies. */
export interface Changes {
  readonly added: readonly NodePlan[];
  readonly rolled: readonly NodePlan[];
  readonly removed: readonly NodePlan[];
  readonly proxiesRolled: boolean;
}

const same = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after);

/** What CloudFormation would touch: what is as it was is not among it. */
export function changesOf(from: ClusterPlan, to: ClusterPlan): Changes {
  const before = new Map(from.nodes.map((node) => [node.name, node]));
  const after = new Set(to.nodes.map(({ name }) => name));
  return {
    added: to.nodes.filter(({ name }) => !before.has(name)),
    rolled: to.nodes.filter((node) => before.has(node.name) && !same(before.get(node.name), node)),
    removed: from.nodes.filter(({ name }) => !after.has(name)),
    proxiesRolled: !same(from.proxies, to.proxies),
  };
}

/** The changes in a line. */
export function describe({ added, rolled, removed, proxiesRolled }: Changes): string {
  const names = (what: string, nodes: readonly NodePlan[]) =>
    nodes.length > 0 ? [`nodes ${nodes.map(({ name }) => name).join(', ')} ${what}`] : [];
  const parts = [
    ...names('added', added),
    ...names('rolled', rolled),
    ...(proxiesRolled ? ['the proxies rolled'] : []),
    ...names('removed', removed),
  ];
  return parts.join('; ') || 'nothing';
}

/**
 * Applies an update as CloudFormation does: one zone of nodes after another, then the proxies, and at the very end it
 * deletes what is no longer there.
 */
export async function updateCloud(cloud: Cloud, to: ClusterPlan, progress: (line: string) => void): Promise<void> {
  const { added, rolled, removed, proxiesRolled } = changesOf(cloud.plan, to);
  for (const zone of to.zones) {
    const ofZone = ({ zone: each }: NodePlan) => each === zone;
    await Promise.all([
      ...added.filter(ofZone).map((plan) => cloud.addNode(plan).member.start()),
      ...rolled.filter(ofZone).map((plan) => rollNode(cloud, plan)),
    ]);
    await cloud.untilNodesAnswer();
  }
  if (added.length + rolled.length > 0) progress('its nodes are updated');
  if (proxiesRolled) {
    await cloud.proxies!.roll(to.proxies!, () => cloud.untilTargetsHealthy());
    progress('its proxies are updated');
  }
  for (const { name } of removed) await cloud.removeNode(cloud.nodes.find(({ plan }) => plan.name === name)!);
  cloud.become(to);
}

async function rollNode(cloud: Cloud, plan: NodePlan): Promise<void> {
  const at = cloud.nodes.findIndex((node) => node.plan.name === plan.name);
  const { member } = cloud.nodes[at]!;
  cloud.nodes[at] = { plan, member };
  if (plan.kind === 'instance' && member instanceof InstanceGroup) await member.roll(plan);
  if (plan.kind === 'service' && member instanceof Service) await member.roll(plan, () => cloud.untilNodesAnswer());
}
