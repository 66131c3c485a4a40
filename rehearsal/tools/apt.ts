import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RehearsalError } from '../errors';
import { mustRun } from './command';
import { packages } from './packages';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Downloads the packages with an apt that has its own lists, cache and (empty) set of installed packages: it needs no
 * root, changes nothing of the machine's apt, and keeps the machine's own settings (proxy, certificates).
 * What is in several suites comes from the first. Returns the folder of the .deb files.
 */
export async function download(
  suites: readonly string[],
  folder: string,
  progress: (line: string) => void,
): Promise<string> {
  const archives = join(folder, 'cache/archives');
  for (const each of [join(archives, 'partial'), join(folder, 'state/lists/partial'), join(folder, 'parts')]) {
    mkdirSync(each, { recursive: true });
  }
  writeFileSync(join(folder, 'state/status'), '');
  const site = process.env.CDK_MEMCACHED_MIRROR ?? (await mirrorOfThisMachine(folder));
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, suites.map((suite) => `deb [signed-by=${keyring}] ${site} ${suite} main\n`).join(''));

  const own = [
    ...ownState(folder),
    ...settings({
      'Dir::Etc::SourceList': sources,
      'Dir::Etc::SourceParts': join(folder, 'parts'),
      'Dir::Etc::Preferences': '/dev/null',
      'Dir::Etc::PreferencesParts': join(folder, 'parts'),
      'APT::Install-Recommends': 'false',
      'APT::Default-Release': suites[0]!,
    }),
  ];
  await apt([...own, 'update'], `${keyring} must hold the keys of ${suites}: install debian-archive-keyring`);
  const plan = await apt([...own, 'install', '--yes', '--print-uris', ...packages]);
  const count = plan.split('\n').filter((line) => line.startsWith("'")).length;
  const size = /Need to get (.*?) of archives/.exec(plan)?.[1] ?? 'unknown size';
  progress(`fetching ${count} debian packages (${size}), once`);
  await apt([...own, 'install', '--yes', '--download-only', ...packages]);
  return archives;
}

/** The Debian archive that this machine's apt is set up to use. */
async function mirrorOfThisMachine(folder: string): Promise<string> {
  const listed = async (own: string[]) => {
    const out = await apt([...own, 'indextargets', '--format', '$(SITE) $(ORIGIN) $(LABEL)', 'Created-By: Packages']);
    return out
      .split('\n')
      .map((line) => line.trim().split(' '))
      .find(([, origin, label]) => origin === 'Debian' && label === 'Debian')?.[0];
  };
  const known = await listed([]);
  if (known) return known;
  // A fresh machine has never run `apt-get update`: read its sources into lists of our own.
  await apt([...ownState(folder), 'update']);
  const site = await listed(ownState(folder));
  if (site) return site;
  throw new RehearsalError(
    "found no debian archive in this machine's apt sources; " +
      'set CDK_MEMCACHED_MIRROR to the uri of a debian mirror (on ubuntu also install debian-archive-keyring)',
  );
}

const ownState = (folder: string) =>
  settings({
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': join(folder, 'state/status'),
    'Dir::Cache': join(folder, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root', // apt's own user may not enter our folder
  });

const settings = (values: Record<string, string>) =>
  Object.entries(values).flatMap(([key, value]) => ['-o', `${key}=${value}`]);

async function apt(args: string[], advice = 'check that apt-get update works on this machine'): Promise<string> {
  try {
    return await mustRun(['apt-get', '-q', ...args]);
  } catch (error) {
    const lines = String((error as Error).message).split('\n');
    const cause = lines.find((line) => /^[EW]: /.test(line)) ?? lines.at(-1);
    throw new RehearsalError(`cannot fetch the debian packages: ${cause}; ${advice}`);
  }
}
