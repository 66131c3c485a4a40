import { PRELUDE, run } from '../real-cluster';

const OPERATIONS = 60_000;

/** CPU time of a node on one core, in microseconds an operation, and how many operations its clients on the other one made. */
async function onOneCore(threads: number): Promise<{ cpu: number; operations: number }> {
  const out = await run(`
    ${PRELUDE}
    taskset -c 0 memcached -t ${threads} & node=$!
    answers 0.1 11211
    taskset -c 1 memcaslap -s 127.0.0.1:11211 -T 1 -c 64 -X 100 -x ${OPERATIONS} | sed -n 's/.* Ops: \\([0-9]*\\) .*/\\1/p'
    awk '{ print $14 + $15 }' /proc/$node/stat
    kill $node`);
  const [operations, ticks] = out.trim().split('\n').map(Number);
  return { cpu: (ticks * 10_000) / operations, operations };
}

test('more threads than cores answer all the same, for more CPU', async () => {
  const [one, four] = [await onOneCore(1), await onOneCore(4)];
  process.stderr.write(`one thread ${one.cpu.toFixed(1)} us, four ${four.cpu.toFixed(1)} us of CPU an operation\n`);
  for (const { operations } of [one, four]) expect(operations).toBeGreaterThan(OPERATIONS * 0.99);
  expect(four.cpu).toBeGreaterThan(one.cpu * 0.9);
});
