import type { ClusterPlan } from '../../../rehearsal/assembly/plan';
import {
  deployedBy,
  differs,
  type Release,
  releaseOf,
  releasesLine,
  releaseWarnings,
} from '../../../rehearsal/tools/releases';

test.each([
  ['public.ecr.aws/docker/library/memcached:1.6.45-alpine', '1.6.45'],
  ['registry.example:5000/memcached:1.6.45', '1.6.45'],
  ['registry.example:5000/memcached', undefined],
  ['memcached:1.6', '1.6'],
  ['memcached:v1.6.45', '1.6.45'],
  ['memcached:1.6.45@sha256:00ff', '1.6.45'],
  ['memcached@sha256:1234', undefined],
  ['memcached:latest', undefined],
  ['memcached:2a', undefined],
  [undefined, undefined],
])('the release of %s is %s', (image, release) => expect(releaseOf(image)).toBe(release));

const release = (changed: Partial<Release>): Release => ({
  engine: 'memcached',
  ran: '1.6.45',
  deployed: '1.6.45',
  image: 'example/memcached:1.6.45',
  ...changed,
});

test.each([
  ['the same', {}, false],
  ['an older one', { ran: '1.6.38' }, true],
  ['one of a name', { deployed: '1.6' }, false],
  ['one that only begins alike', { deployed: '1.6.4' }, true],
  ['nobody knows which', { deployed: undefined }, false],
])('whether what ran differs from what is deployed: %s', (_, changed, expected) =>
  expect(differs(release(changed))).toBe(expected),
);

test('a line says what ran and what is deployed, and a warning where they differ', () => {
  const releases = [
    release({ ran: '1.6.38' }),
    release({ engine: 'nginx', ran: '1.30.6', deployed: undefined, image: 'nginx:stable' }),
    release({ engine: 'haproxy', ran: '3.2.26', deployed: undefined, image: undefined }),
  ];
  expect(releasesLine(releases)).toBe(
    'memcached 1.6.38 ran, 1.6.45 is deployed; nginx 1.30.6 ran, nginx:stable is deployed; ' +
      'haproxy 3.2.26 ran, an image that the template does not name is deployed',
  );
  expect(releaseWarnings(releases, '/cache/rootfs')).toEqual([
    'warning: memcached 1.6.38 ran, expected 1.6.45, which is deployed: what differs between them is not rehearsed; ' +
      'to fetch what debian has now, remove /cache/rootfs',
  ]);
});

test('engines and images are read from user data and from task definitions', () => {
  const argv = ['sh', '-c', 'exec memcached -m 64'];
  const plan = {
    nodes: [
      { kind: 'instance', userData: "retry 10 docker pull --quiet 'example/cache:1.6.45'\ndocker pull exporter:1" },
      { kind: 'instance', userData: 'echo nothing' },
      {
        kind: 'service',
        containers: [
          { argv, image: 'a:1' },
          { argv: ['sleep'], image: 'b:1' },
        ],
      },
    ],
    proxies: { kind: 'service', containers: [{ argv: ['haproxy', '-db'] }] },
    endpoint: { kind: 'sidecars', application: { kind: 'service', containers: [{ argv: ['nutcracker'] }] } },
  } as unknown as ClusterPlan;
  expect(deployedBy(plan)).toEqual([
    { engine: 'memcached', image: 'example/cache:1.6.45' },
    { engine: 'memcached', image: undefined },
    { engine: 'memcached', image: 'a:1' },
    { engine: 'haproxy', image: undefined },
    { engine: 'nutcracker', image: undefined },
  ]);
});
