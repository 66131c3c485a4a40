import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RehearsalError } from '../errors';
import { download } from './apt';
import { mustRun } from './command';
import { makeImage } from './image';
import { rootfsName, suites } from './packages';

/** How long suites that could not be had are left alone. */
const retryMs = 3_600_000;

export const cacheFolder = (): string =>
  process.env.CDK_MEMCACHED_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk-memcached');

type Progress = (line: string) => void;

/** The root filesystem that every host of a rehearsal runs in: made on first use, then kept in the cache folder. */
export const ensureRootfs = (progress: Progress): Promise<string> =>
  firstToBeHad(suites, cacheFolder(), make, progress);

/** Made of all suites or, where these cannot be had, without the first. That is tried again after an hour. */
export async function firstToBeHad(
  from: readonly string[],
  cache: string,
  make: (from: readonly string[], rootfs: string, progress: Progress) => Promise<void>,
  progress: Progress,
): Promise<string> {
  const rootfs = join(cache, rootfsName(from));
  if (existsSync(rootfs)) return rootfs;
  const failed = `${rootfs}.failed`;
  const [first, ...others] = from;
  const without = () => firstToBeHad(others, cache, make, progress);
  if (others.length > 0 && existsSync(failed) && Date.now() - statSync(failed).mtimeMs < retryMs) return without();
  try {
    await make(from, rootfs, progress);
    rmSync(failed, { force: true });
    return rootfs;
  } catch (error) {
    if (others.length === 0 || !(error instanceof RehearsalError)) throw error;
    progress(`${first} cannot be had: ${error.message}; taking ${others.join(', ')}`);
    writeFileSync(failed, error.message);
    return without();
  }
}

async function make(from: readonly string[], rootfs: string, progress: Progress): Promise<void> {
  // Made aside and renamed when whole: neither an interrupt nor a second run at the same time leaves half of it.
  const work = `${rootfs}.${process.pid}`;
  const removeWork = () => rmSync(work, { recursive: true, force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', removeWork);
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    mkdirSync(work, { recursive: true });
    const archives = await download(from, work, progress);
    progress('unpacking them');
    const root = join(work, 'root');
    await unpack(archives, root);
    await makeImage(root);
    try {
      renameSync(root, rootfs);
    } catch (error) {
      if (!existsSync(rootfs)) throw error; // else another run was faster: its result is as good
    }
  } finally {
    removeWork();
    process.removeListener('exit', removeWork);
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', interrupted);
  }
}

async function unpack(archives: string, root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name)); // merged /usr, as Debian ships it
  }
  const debs = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  const worker = async () => {
    for (let deb = debs.pop(); deb; deb = debs.pop()) {
      await mustRun(['dpkg-deb', '--extract', join(archives, deb), root]);
    }
  };
  await Promise.all([worker(), worker(), worker()]);

  for (const name of ['doc', 'man', 'locale', 'info']) {
    rmSync(join(root, 'usr/share', name), { recursive: true, force: true });
  }
  for (const name of ['mnt', 'proc', 'dev', 'tmp', 'etc', 'usr/local/bin']) {
    mkdirSync(join(root, name), { recursive: true });
  }
  symlinkSync('gawk', join(root, 'usr/bin/awk')); // normally made by the package's installation script
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/bash\nmemcache:x:11211:11211::/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nmemcache:x:11211:\n');
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
}
