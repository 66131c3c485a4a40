import { ZonalAddresses } from '../../../rehearsal/cloud/nlb/zonal-addresses';

function published() {
  const told = new Set<string>();
  const names = {
    add: ({ address }: { address: string }) => void told.add(address),
    remove: (_: unknown, address: string) => void told.delete(address),
  };
  const addresses = new ZonalAddresses(names, { dnsName: 'endpoint', affinity: 'zone' });
  addresses.publish('a', '10.0.0.4');
  addresses.publish('b', '10.0.1.4');
  return { addresses, told };
}

const both = ['10.0.0.4', '10.0.1.4'];

test('an address leaves when its zone has been unhealthy for as long as an answer may be kept, and comes back with it', () => {
  const { addresses, told } = published();
  addresses.observe(new Set(['b']), 0);
  addresses.observe(new Set(['b']), 59_999);
  expect([...told]).toEqual(both);
  addresses.observe(new Set(['b']), 60_000);
  expect([...told]).toEqual(['10.0.1.4']);
  addresses.observe(new Set(['a', 'b']), 61_000);
  expect([...told].sort()).toEqual(both);
});

test('a zone that was healthy meanwhile begins anew', () => {
  const { addresses, told } = published();
  addresses.observe(new Set(['b']), 0);
  addresses.observe(new Set(['a', 'b']), 30_000);
  addresses.observe(new Set(['b']), 60_000);
  expect([...told]).toEqual(both);
});

test('where no zone is healthy every address stays: a Network Load Balancer fails open', () => {
  const { addresses, told } = published();
  addresses.observe(new Set(), 0);
  addresses.observe(new Set(), 120_000);
  expect([...told].sort()).toEqual(both);
});
