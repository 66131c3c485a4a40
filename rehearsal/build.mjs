// Bundles the rehearsal into programs that need nothing but node, and keeps the licences of what goes into them.
import { build } from 'esbuild';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.argv[2] ?? join(here, 'dist'));
const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', metafile: true, logLevel: 'warning' };

rmSync(dist, { recursive: true, force: true });
const built = await Promise.all([
  build({
    ...shared,
    entryPoints: [join(here, 'cli.ts')],
    outfile: join(dist, 'cli.js'),
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({ ...shared, entryPoints: [join(here, 'load/client.ts')], outfile: join(dist, 'client.js') }),
  build({ ...shared, entryPoints: [join(here, 'cloud/dns/resolver.ts')], outfile: join(dist, 'resolver.js') }),
  build({ ...shared, entryPoints: [join(here, 'probe/lambda-runtime.ts')], outfile: join(dist, 'lambda-runtime.js') }),
  build({ ...shared, entryPoints: [join(here, 'clients/npm-client.ts')], outfile: join(dist, 'npm-client.js') }),
]);
chmodSync(join(dist, 'cli.js'), 0o755);
for (const script of [
  'clients/python-client.py',
  'clients/php-client.php',
  'bench/latency.py',
  'bench/outage.py',
  'bench/pipelined.py',
])
  copyFileSync(join(here, script), join(dist, basename(script)));

const packages = new Set();
for (const { metafile } of built) {
  for (const input of Object.keys(metafile.inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
}
const licences = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const [file, notice] = [/^licen[cs]e/i, /^notice/i].map((name) =>
    readdirSync(folder).find((entry) => name.test(entry)),
  );
  const readme = join(folder, 'README.md');
  const section = existsSync(readme) && /^#+ *licen[cs]e[\s\S]*$/im.exec(readFileSync(readme, 'utf8'))?.[0];
  const text = file ? readFileSync(join(folder, file), 'utf8') : section || `Licensed under ${license}.`;
  // Of what the package itself has taken from others.
  const others = join(folder, 'licenses');
  const more = [
    notice,
    ...(existsSync(others)
      ? readdirSync(others)
          .sort()
          .map((each) => join('licenses', each))
      : []),
  ]
    .filter(Boolean)
    .map((each) => `\n${readFileSync(join(folder, each), 'utf8').trim()}\n`)
    .join('');
  return `${name} ${version} (${license ?? 'see below'})\n\n${text.trim()}\n${more}`;
});
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES'), licences.join(`\n${'-'.repeat(80)}\n\n`));
