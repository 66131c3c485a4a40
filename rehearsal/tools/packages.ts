import { createHash } from 'node:crypto';

/** Debian's testing has the releases that are deployed; what it lacks for a while comes from the suite after it. */
export const suites: readonly string[] = ['forky', 'trixie'];

/** Debian packages of the one root filesystem that every host runs in; apt adds what they depend on. */
export const packages = [
  'bash',
  'busybox',
  'coreutils',
  'curl',
  'dash',
  'findutils',
  'gawk',
  'grep',
  'haproxy',
  'hostname',
  'iproute2',
  'libmemcached-tools',
  'libnginx-mod-stream',
  'memcached',
  'mount',
  'nginx',
  'nutcracker',
  'openssl',
  'php-cli',
  'php-memcached',
  'procps',
  'python3-pylibmc',
  'python3-pymemcache',
  'ruby',
  'ruby-dalli',
  'sed',
  'util-linux',
];

/** Raise when the way the root filesystem is laid out changes, so that an old cache is not taken for a new one. */
const layout = 2;

export const rootfsName = (from: readonly string[]): string =>
  `rootfs-${createHash('sha256')
    .update(JSON.stringify([from, layout, process.arch, packages]))
    .digest('hex')
    .slice(0, 12)}`;
