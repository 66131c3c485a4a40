import type { InstancePlan } from '../../assembly/plan';
import type { Request, Response } from '../metadata-server';

export interface Card {
  readonly id: string;
  readonly address: string;
  readonly mac: string;
  readonly device: number;
}

export interface InstanceFacts {
  readonly id: string;
  readonly plan: InstancePlan;
  readonly cards: readonly Card[];
}

/** The instance metadata service, version 2 only: a call without a token is refused. */
export function instanceMetadata(facts: InstanceFacts, token: string, request: Request): Response {
  const { method, path, headers } = request;
  if (path === '/latest/api/token') {
    const hasLifetime = headers['x-aws-ec2-metadata-token-ttl-seconds'] !== undefined;
    return method === 'PUT' && hasLifetime ? { status: 200, body: token } : { status: 400, body: 'bad request' };
  }
  if (headers['x-aws-ec2-metadata-token'] !== token) return { status: 401, body: 'unauthorized' };
  const value = lookUp(facts, path.replace(/^\/latest\/meta-data\//, ''));
  return value === undefined ? { status: 404, body: 'not found' } : { status: 200, body: value };
}

function lookUp({ id, plan, cards }: InstanceFacts, key: string): string | undefined {
  const simple: Record<string, string> = {
    'instance-id': id,
    'placement/availability-zone': plan.subnet.zone,
    'placement/region': plan.region,
    'local-ipv4': cards[0]!.address,
    mac: cards[0]!.mac,
    'network/interfaces/macs/': cards.map(({ mac }) => `${mac}/`).join('\n'),
  };
  if (key in simple) return simple[key];

  if (key.startsWith('tags/instance')) {
    if (!plan.tagsInMetadata) return undefined;
    const name = decodeURIComponent(key.replace(/^tags\/instance\/?/, ''));
    return name === '' ? Object.keys(plan.tags).join('\n') : plan.tags[name];
  }
  const [, mac, fact] = /^network\/interfaces\/macs\/([^/]+)\/(.+)$/.exec(key) ?? [];
  const card = cards.find((each) => each.mac === mac);
  if (!card) return undefined;
  const ofCard: Record<string, string> = {
    'interface-id': card.id,
    'device-number': String(card.device),
    'local-ipv4s': card.address,
    'subnet-id': plan.subnet.id,
    'subnet-ipv4-cidr-block': plan.subnet.cidr,
  };
  return ofCard[fact!];
}
