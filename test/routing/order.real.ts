import { Duration } from 'aws-cdk-lib';
import { cluster, run } from '../real-cluster';

const timeouts = { connect: Duration.seconds(2), request: Duration.seconds(2) };

/**
 * A client sends a write and a read of its key in one go, behind more than the connection to node 1 takes at once. That
 * connection breaks, because node 1 refuses what another client sent first; node 2 hangs, so the write is not done yet.
 */
const act = `
  printf 'set k 0 0 3\\r\\nold\\r\\nquit\\r\\n' | nc 127.0.0.1 11211 > /dev/null
  kill -STOP $node1 $node2
  { printf 'touch k abc\\r\\n'; sleep 4; } | nc 127.0.0.1 11211 > /dev/null & other=$!
  { printf 'set big 0 0 1000000\\r\\n'; head -c 1000000 /dev/zero; printf '\\r\\n'; } > /tmp/big
  sleep 0.05
  for i in $(seq 16); do { cat /tmp/big; sleep 4; } | nc 127.0.0.1 11211 > /dev/null & done
  sleep 0.1
  printf 'set k 0 0 3\\r\\nnew\\r\\nget k\\r\\nmn\\r\\n' > /tmp/both
  timeout 5 nc 127.0.0.1 11211 < /tmp/both > /tmp/answers & client=$!
  sleep 0.05; kill -CONT $node1
  wait $client || true; kill $other; kill -CONT $node2; tr -d '\\r' < /tmp/answers`;

test('a read that is tried again comes after the write before it', async () => {
  expect(await run(cluster({ timeouts }, act))).toBe('STORED\nVALUE k 0 3\nnew\nEND\nMN\n');
});

test('without waiting for it, it comes before', async () => {
  const without = cluster({ timeouts }, act).replace('while not is_over(of)', 'while false');
  expect(await run(without)).toBe('STORED\nVALUE k 0 3\nold\nEND\nMN\n');
});
