import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerPlan } from '../assembly/plan';
import { RehearsalError } from '../errors';
import { imagePath } from '../namespace/container';
import { mustRun, run } from './command';

/** How each engine tells its version. */
const versionFlags = {
  memcached: '-V',
  haproxy: '-v',
  nginx: '-v',
  nutcracker: '-V',
  mcrouter: '--version',
} as const;

export type Engine = keyof typeof versionFlags;

/** Names a program that Debian does not have. */
const mcrouterVariable = 'CDK_MEMCACHED_MCROUTER';

/** The engine that a container runs: a command of its shell, or its program. None when it is not a known one. */
export function engineOf({ argv }: ContainerPlan): Engine | undefined {
  const command = new RegExp(`(?:^|[;&|] *)(?:exec )?(${Object.keys(versionFlags).join('|')})(?: |$)`, 'gm');
  return [...argv.join('\n').matchAll(command)].at(-1)?.[1] as Engine | undefined;
}

/** Whether containers find the engine. */
export const isInImage = (rootfs: string, engine: Engine): boolean =>
  imagePath.split(':').some((folder) => existsSync(join(rootfs, 'image', folder, engine)));

export async function versionOf(rootfs: string, engine: Engine): Promise<string> {
  // Debian's own programs first: the image may have a script in the place of one.
  const path = '/usr/sbin:/usr/bin:/image/usr/local/bin';
  const { stdout, stderr } = await run([
    'chroot',
    rootfs,
    '/usr/bin/env',
    `PATH=${path}`,
    engine,
    versionFlags[engine],
  ]);
  return /\d+(\.\d+)+/.exec(stdout + stderr)?.[0] ?? '';
}

/** Of several engines, by their names. */
export async function versionsOf<E extends Engine>(rootfs: string, engines: readonly E[]): Promise<Record<E, string>> {
  const versions = engines.map(async (engine) => [engine, await versionOf(rootfs, engine)] as const);
  return Object.fromEntries(await Promise.all(versions)) as Record<E, string>;
}

/** Puts the user's mcrouter, if there is one, where containers find it: in this namespace, the cache stays as it is. */
export async function bringMcrouter(rootfs: string): Promise<void> {
  const source = process.env[mcrouterVariable];
  if (source === undefined) return;
  if (!existsSync(source)) {
    throw new RehearsalError(`${mcrouterVariable} is '${source}', expected the path of an mcrouter program`);
  }
  const script = `
rootfs=$1
mount -t tmpfs -o mode=755 tmpfs "$rootfs/mnt"
cp -a "$rootfs/image/usr/local/bin/." "$rootfs/mnt"
install -m 755 "$2" "$rootfs/mnt/mcrouter"
mount --bind "$rootfs/mnt" "$rootfs/image/usr/local/bin"
umount "$rootfs/mnt"`;
  await mustRun(['sh', '-ec', script, 'sh', rootfs, source]);
}
