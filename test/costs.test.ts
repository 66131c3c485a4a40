import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InterfaceVpcEndpointAwsService, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  CacheMetricDetail,
  CacheTopology,
  ClientAffinity,
  HaCacheStack,
  MemcachedNodes,
  Routing,
  type HaCacheStackProps,
} from '../lib';
import { billOf, type Bill, type Prices } from './bill';
import { ACCOUNT, REGION, ZONES, type Resource } from './synth';

const ROOT = join(__dirname, '..');
const ROWS = readFileSync(join(ROOT, 'docs/costs.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** The rows of the table of prices: a dollar sign, a figure, and what for. */
const PRICES: Prices = Object.fromEntries(
  ROWS.filter(([, dollars, per, asOf]) => /^\$[\d.]+$/.test(dollars) && /^(hour|month|GB)$/.test(per) && asOf).map(
    ([what, dollars]) => [what.replaceAll('`', ''), Number(dollars.slice(1))],
  ),
);

const dollars = (amount: number): string => `$${Math.round(amount)}`;

/** How the stack may be told to do with less, as docs/costs.md names it. */
interface Lever {
  readonly nodesPerZone?: number;
  readonly props?: HaCacheStackProps;
  /** The network is not made by the stack, and is another bill's. */
  readonly networkIsThere?: boolean;
  /** What hosts need in a network that nothing leads out of; a node on EC2 needs all, others the first three. */
  readonly endpoints?: boolean;
}

const ENDPOINTS = ['ECR', 'ECR_DOCKER', 'CLOUDWATCH_LOGS', 'EC2', 'CLOUDFORMATION'] as const;

function billWith(compute: 'ec2' | 'fargate', lever: Lever = {}): Bill {
  const app = new App({ context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES } });
  const stack = new HaCacheStack(app, 'HaCache', {
    env: { account: ACCOUNT, region: REGION },
    nodes: MemcachedNodes[compute]({ nodesPerZone: lever.nodesPerZone ?? 2 }),
    ...lever.props,
  });
  if (lever.endpoints) {
    for (const name of ENDPOINTS.slice(0, compute === 'ec2' ? 5 : 3)) {
      (stack.vpc as Vpc).addInterfaceEndpoint(name, { service: InterfaceVpcEndpointAwsService[name] });
    }
  }
  const bill = billOf(Template.fromStack(stack).toJSON().Resources as Record<string, Resource>, PRICES);
  return lever.networkIsThere ? { ...bill, natGateways: 0, total: bill.total - bill.natGateways } : bill;
}

const NO_WAY_OUT: HaCacheStackProps = { natGateways: 0, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } };
const COARSEST: Lever = { props: { metricDetail: CacheMetricDetail.CLUSTER } };
const LEVERS: Record<string, Lever> = {
  'two zones: `maxAzs: 2`': { props: { maxAzs: 2 } },
  'one node in each zone: `nodesPerZone: 1`': { nodesPerZone: 1 },
  'one NAT gateway: `natGateways: 1`': { props: { natGateways: 1 } },
  'a network that is there already: `vpcId`': { networkIsThere: true },
  '[isolated subnets](nodes.md#isolated-subnets), with endpoints': { props: NO_WAY_OUT, endpoints: true },
  '`metricDetail: CacheMetricDetail.ZONE`': { props: { metricDetail: CacheMetricDetail.ZONE } },
  '`metricDetail: CacheMetricDetail.CLUSTER`': COARSEST,
  '`dashboard: false`': { props: { dashboard: false } },
  '`probe: false`': { props: { probe: false } },
  'two proxies in each zone, as `ClientAffinity.ZONE` asks for': {
    props: { routing: Routing.memcachedProxy({ minProxiesPerZone: 2 }), clientAffinity: ClientAffinity.ZONE },
  },
  'no proxies: `Routing.clientSide()`, sharded': {
    props: { routing: Routing.clientSide(), topology: CacheTopology.sharded() },
  },
};

const ec2 = billWith('ec2');
const fargate = billWith('fargate');
const coarsest = billWith('ec2', COARSEST);

test.each<[string, keyof Bill]>([
  ['six nodes', 'nodes'],
  ['three proxies', 'proxies'],
  ['the load balancer', 'loadBalancers'],
  ['three NAT gateways, with an address each', 'natGateways'],
  ['monitoring', 'monitoring'],
  ['**together**', 'total'],
])('docs/costs.md says what %s cost', (what, item) => {
  expect(ROWS.find(([name]) => name === what)?.slice(1)).toEqual([dollars(ec2[item]), dollars(fargate[item])]);
});

test.each(Object.entries(LEVERS))('docs/costs.md says what the stack costs: %s', (name, lever) => {
  const totals = [billWith('ec2', lever), billWith('fargate', lever)].map(({ total }) => dollars(total));
  expect(ROWS.find(([what]) => what === name)?.slice(1)).toEqual(totals);
});

test.each<[string, () => Bill]>([
  ['latencyByOutcome', () => billWith('ec2', { props: { latencyByOutcome: true } })],
  ['NODE', () => ec2],
  ['ZONE', () => billWith('ec2', { props: { metricDetail: CacheMetricDetail.ZONE } })],
  ['CLUSTER', () => coarsest],
])('docs/costs.md says what %s costs', (detail, make) => {
  const { metrics, alarmMetrics, composites, logGigabytes, monitoring } = make();
  expect(ROWS).toContainEqual([
    `\`${detail}\``,
    `${metrics}`,
    `${alarmMetrics} + ${composites}`,
    `${logGigabytes.toFixed(1)} GB`,
    dollars(monitoring),
  ]);
});

test('docs/costs.md says what it costs that values cross zones', () => {
  const crossing = 2 * PRICES['data from one zone to another, on each side'];
  const anyZone = 2 / 3;
  const hops: [string, number][] = [
    ['**a GB of values**', anyZone + anyZone],
    ['**with `ClientAffinity.PARTIAL`**', 0.15 * anyZone + anyZone],
    ['**with `ClientAffinity.ZONE`**', 0],
  ];
  for (const [row, crossings] of hops) {
    const [read, write] = [crossings, crossings + 2].map((times) => `$${(times * crossing).toFixed(3)}`);
    expect(ROWS.find(([what]) => what === row)?.slice(1)).toEqual([read, write]);
  }
});

test('README says the same', () => {
  const text = readFileSync(join(ROOT, 'README.md'), 'utf8').replace(/\s+/g, ' ');
  expect(text).toContain(`${dollars(ec2.total)} with nodes on EC2 and ${dollars(fargate.total)} with nodes on Fargate`);
  expect(text).toContain(`monitoring ${dollars(coarsest.monitoring)} to ${dollars(ec2.monitoring)}`);
  expect(text).toContain(`NAT gateways ${dollars(ec2.natGateways)}`);
});
