import type { ProbeEvent } from '../../../lib/contract/probe-event';
import { type PlainNamespace, plainNamespace } from '../../rehearsal/clients/plain-namespace';
import { ProbeProcess, shell } from './probe-process';

const PORTS = { a1: 11301, b1: 11302, c1: 11303 };

const servers = `
  start() {
    memcached -u root -p "$@" &
    until printf 'quit\\r\\n' | busybox nc 127.0.0.1 $1; do sleep 0.05; done
  }
  ${Object.values(PORTS)
    .map((port) => `start ${port}`)
    .join('\n')}
  echo ready
  wait`;

let network: PlainNamespace;
let probe: ProbeProcess;

beforeAll(async () => {
  network = await plainNamespace(servers);
  probe = new ProbeProcess(network);
});

afterAll(async () => {
  await probe.stop();
  await network.stop();
});

const event: ProbeEvent = {
  cluster: 'cache',
  detail: 'CLUSTER',
  nodes: Object.entries(PORTS).map(([name, port]) => ({ name, zone: name[0], host: '127.0.0.1', port })),
  copies: true,
};

const send = (port: number, commands: string): Promise<unknown> =>
  shell(network, `{ ${commands}; printf 'quit\\r\\n'; } | busybox nc 127.0.0.1 ${port}`);

const fill = (port: number): Promise<unknown> =>
  send(port, `for i in $(seq 50); do printf 'set key%d 0 600 3\\r\\nnew\\r\\n' $i; done`);

test('three nodes that hold the same, then are made different by hand', async () => {
  expect((await probe.run(event)).line('cluster')).not.toHaveProperty('CopiesDiffering');

  await Promise.all(Object.values(PORTS).map(fill));
  expect((await probe.run(event)).line('cluster')).toMatchObject({ CopiesDiffering: 0, CopiesMissing: 0 });

  await send(PORTS.b1, `for i in 1 2 3 4 5; do printf 'set key%d 0 600 3\\r\\nold\\r\\n' $i; done`);
  await send(PORTS.c1, `for i in 10 11; do printf 'touch key%d 60\\r\\n' $i; done`);
  expect((await probe.run(event)).line('cluster')).toMatchObject({ CopiesDiffering: 0.14, CopiesMissing: 0 });

  await send(PORTS.c1, `printf 'flush_all\\r\\n'`);
  const line = (await probe.run(event)).line('cluster');
  // Whichever node's keys are taken: those of the empty one are none.
  if ('CopiesDiffering' in line) expect(line).toMatchObject({ CopiesDiffering: 0.1, CopiesMissing: 0.9 });
});

test('what is being written differs at no time', async () => {
  await Promise.all(Object.values(PORTS).map(fill));
  const writes = Object.values(PORTS).map((port, i) =>
    send(
      port,
      `end=$(($(date +%s) + 6)); n=${i}000000
       while [ $(date +%s) -lt $end ]; do
         for i in 1 2 3 4 5; do n=$((n + 1)); printf 'set key%d 0 600 7\\r\\n%07d\\r\\n' $i $n; done; sleep 0.05
       done`,
    ),
  );
  const runs = [await probe.run(event), await probe.run(event)];
  await Promise.all(writes);
  for (const run of runs) expect(run.line('cluster')).toMatchObject({ CopiesDiffering: 0, CopiesMissing: 0 });
});
