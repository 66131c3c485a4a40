import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mustRun } from './command';

/** Where each program stands in Debian's package, and in its official Alpine image where there is one. */
const programs = [
  { debian: 'usr/bin/memcached', image: 'usr/local/bin/memcached' },
  { debian: 'usr/sbin/haproxy', image: 'usr/local/sbin/haproxy' },
  { debian: 'usr/sbin/nginx', image: 'usr/sbin/nginx' },
  { debian: 'usr/sbin/nutcracker', image: 'usr/sbin/nutcracker' },
];

/** Comes before nginx on the PATH: the official image has the stream module compiled in, Debian's is a file. */
const nginx = `#!/bin/sh
exec /usr/sbin/nginx -g 'load_module /usr/lib/nginx/modules/ngx_stream_module.so;' "$@"
`;

/**
 * The folder that stands for a container image: the real ones are Alpine, so a container finds BusyBox and its own
 * program and nothing else. A command that only works with bash or GNU tools must fail here too.
 */
export async function makeImage(root: string): Promise<void> {
  const image = join(root, 'image');
  for (const name of ['usr/bin', 'usr/lib', 'usr/lib64', 'proc', 'dev', 'tmp', 'etc', 'run']) {
    mkdirSync(join(image, name), { recursive: true });
  }
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(image, name));
  symlinkSync('usr/bin', join(image, 'sbin'));

  copyFileSync(join(root, 'usr/bin/busybox'), join(image, 'usr/bin/busybox'));
  const applets = await mustRun(['unshare', '--user', '--map-root-user', `--root=${root}`, '/bin/busybox', '--list']);
  for (const applet of applets.trim().split('\n')) {
    const path = join(image, 'usr/bin', applet);
    if (!existsSync(path)) symlinkSync('busybox', path);
  }
  for (const { debian, image: place } of programs) {
    mkdirSync(dirname(join(image, place)), { recursive: true });
    copyFileSync(join(root, debian), join(image, place));
  }
  writeFileSync(join(image, 'usr/local/sbin/nginx'), nginx, { mode: 0o755 });
}
