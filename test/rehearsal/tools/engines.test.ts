import type { ContainerPlan } from '../../../rehearsal/assembly/plan';
import { engineOf } from '../../../rehearsal/tools/engines';

test.each([
  [
    'it at the end of a script',
    ['sh', '-c', "printf %s 'memcached is behind' > /tmp/x\nexec nutcracker -c /tmp/x"],
    'nutcracker',
  ],
  ['it at once', ['sh', '-c', 'exec memcached -m 64'], 'memcached'],
  ['it after other commands of a line', ['sh', '-c', 'cd /tmp; exec mcrouter --port=1'], 'mcrouter'],
  ['it beside the shell', ['sh', '-c', 'nginx -c /tmp/x & nginx=$!\nwait $nginx'], 'nginx'],
  ['no shell', ['haproxy', '-db'], 'haproxy'],
  ['something else', ['sh', '-c', 'while true; do sleep 1; done'], undefined],
])('the engine of a container that runs %s', (_, argv, expected) =>
  expect(engineOf({ argv } as unknown as ContainerPlan)).toBe(expected),
);
