// Compares the templates of the ready-made stack, of every routing and of every example with those of another revision,
// byte for byte. A change that means to change no template runs it: npm run templates:diff -- REVISION
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const account = '123456789012';
const region = 'eu-west-1';

/** The contexts that the ready-made stack is synthesized in. */
const contexts = [
  {},
  { topology: 'sharded' },
  { compute: 'fargate' },
  { compute: 'fargate', topology: 'sharded' },
  { nodesPerZone: 3, maxAzs: 2, metricDetail: 'zone', clientCidr: '10.1.0.0/16' },
];

const revision = process.argv[2];
if (!revision || process.argv.length !== 3) {
  console.error(`got ${process.argv.length - 2} arguments, expected one: npm run templates:diff -- REVISION`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'templates-'));
try {
  const commit = run('git', ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]).trim();
  const before = synthesized('before', (tree) => {
    run('tar', ['-x', '-C', tree], {
      input: execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 28 }),
    });
  });
  const after = synthesized('after', (tree) => {
    const files = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).split('\0');
    for (const file of files.filter((each) => each && existsSync(join(root, each))))
      cpSync(join(root, file), join(tree, file));
  });
  process.exitCode = compare(before, after) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** Lays out a tree, builds it and synthesizes all its apps; gives back the folder of the templates. */
function synthesized(name, layOut) {
  const tree = join(folder, 'trees', name);
  const out = join(folder, name);
  mkdirSync(tree, { recursive: true });
  layOut(tree);
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  run('npm', ['run', '--silent', 'build:probe'], { cwd: tree });
  // Not by jsii, which takes longer and makes the same code.
  const sources = readdirSync(join(tree, 'lib'), { recursive: true }).filter((each) => /(?<!\.d)\.ts$/.test(each));
  esbuild(
    tree,
    sources.map((each) => join('lib', each)),
  );
  const examples = readdirSync(join(tree, 'examples'), { recursive: true }).filter((each) =>
    /(?<!\.d)\.ts$/.test(each),
  );
  const apps = examples.filter((each) => each.endsWith('app.ts'));
  const programs = [
    ...readdirSync(join(tree, 'bin')).map((each) => join('bin', each)),
    ...examples.map((each) => join('examples', each)),
  ];
  esbuild(tree, programs);
  contexts.forEach((context) => synthesize(tree, 'bin/ha-cache.js', out, context));
  synthesize(tree, 'bin/compare.js', out);
  for (const app of apps) synthesize(tree, join('examples', app.replace(/ts$/, 'js')), out);
  return out;
}

function esbuild(cwd, files) {
  run(
    join(root, 'node_modules/.bin/esbuild'),
    [...files, '--outdir=.', '--outbase=.', '--format=cjs', '--platform=node', '--log-level=warning'],
    { cwd },
  );
}

/** Synthesizes one app and keeps its templates alone. */
function synthesize(tree, app, out, context = {}) {
  const names = Object.entries(context).map(([name, value]) => `${name}=${value}`.replaceAll('/', '-'));
  const name = [app.replace(/\.js$/, ''), ...names].join(',');
  const assembly = join(folder, 'assembly');
  const zones = {
    [`availability-zones:account=${account}:region=${region}`]: ['a', 'b', 'c'].map((zone) => region + zone),
  };
  const env = {
    ...process.env,
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: JSON.stringify({ ...zones, ...context }),
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: region,
    CDK_VALIDATION: 'false',
  };
  run(process.execPath, [app], { cwd: tree, env });
  const files = readdirSync(assembly, { recursive: true });
  for (const file of files.filter((each) => each.endsWith('.template.json'))) {
    mkdirSync(join(out, name), { recursive: true });
    writeFileSync(join(out, name, file), withoutProbe(assembly, readFileSync(join(assembly, file), 'utf8')));
  }
  rmSync(assembly, { recursive: true });
}

/** The probe's bundle changes with each of its lines: its hash is left out. It is the one asset that is an index.js. */
function withoutProbe(assembly, template) {
  const assets = readdirSync(assembly).filter((each) => existsSync(join(assembly, each, 'index.js')));
  return assets.reduce((text, each) => text.replaceAll(each.replace('asset.', ''), 'PROBE'), template);
}

/** Prints how the templates differ; whether they do. */
function compare(before, after) {
  const count = readdirSync(after, { recursive: true }).filter((each) => each.endsWith('.json')).length;
  const { stdout, status, stderr } = spawnSync(
    'git',
    ['diff', '--no-index', '--stat', '--patch', relative(folder, before), relative(folder, after)],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (status > 1) throw new Error(stderr);
  process.stdout.write(stdout);
  console.log(
    status === 1 ? `the templates differ from those of ${revision}` : `${count} templates are those of ${revision}`,
  );
  return status === 1;
}

function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...options,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
