import type { ServicePlan, SubnetPlan } from '../../../rehearsal/assembly/plan';
import { Service } from '../../../rehearsal/cloud/ecs/service';
import type { MetadataServer } from '../../../rehearsal/cloud/metadata-server';
import type { NameServer } from '../../../rehearsal/cloud/name-server';
import type { LoadBalancer } from '../../../rehearsal/cloud/nlb/load-balancer';
import type { Vpc } from '../../../rehearsal/cloud/vpc';

/** A service of tasks without containers, so that only their places are left. */
async function serviceIn(...zones: string[]): Promise<Service> {
  const subnets = zones.map((zone) => ({ id: zone, zone, cidr: '' }));
  let booted = 0;
  const vpc = {
    boot: async (_: string, { zone }: SubnetPlan) => ({
      address: `10.0.0.${++booted}`,
      zone,
      log: { write: () => {}, tail: () => '' },
      stop: async () => {},
    }),
  };
  const plan = { name: 'proxy', subnets, count: zones.length, containers: [] };
  const service = new Service(
    plan as unknown as ServicePlan,
    vpc as unknown as Vpc,
    { serve: () => {}, forget: () => {} } as unknown as MetadataServer,
    {} as NameServer,
    { register: async () => {}, deregister: () => {}, deregistrationDelayMs: 0 } as unknown as LoadBalancer,
    (error) => {
      throw error;
    },
  );
  await service.start();
  return service;
}

test('scaling in stops a task where the most run, so that no zone is left without one', async () => {
  const service = await serviceIn('a', 'b');
  let choice: readonly string[] = [];
  await service.scaleOutAndIn(
    async () => {},
    async (among) => (choice = among)[0]!,
  );
  expect(choice).toEqual(['10.0.0.1', '10.0.0.3']);
  expect([service.addressesIn('a'), service.addressesIn('b')]).toEqual([['10.0.0.3'], ['10.0.0.2']]);
});
