import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a user's computer has: the package as npm would publish it, in a project that knows nothing of this one. */
const ROOT = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'packed-'));
const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const floor = (range: string) => range.replace('^', '');

function run(cwd: string, command: string, ...args: string[]): string {
  // What jest sets for itself is not the user's.
  const env = { ...process.env, NODE_ENV: undefined, NODE_OPTIONS: undefined, JEST_WORKER_ID: undefined };
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', env });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} failed: ${stdout.slice(-3000)}${stderr.slice(-3000)}`, {
      cause: error,
    });
  }
}

const packed: { filename: string; files: { path: string }[] } = JSON.parse(
  run(ROOT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
)[0];
const tarball = join(folder, packed.filename);

afterAll(() => rmSync(folder, { recursive: true }));

const IMPORTS = {
  import: (names: string, module: string) => `import ${names} from '${module}';`,
  require: (names: string, module: string) => `const ${names.replace('* as ', '')} = require('${module}');`,
};

/** A user's app, with each routing, both computes and the ready-made stack. */
function app(from: keyof typeof IMPORTS): string {
  const take = IMPORTS[from];
  return `${take('{ App, Stack }', 'aws-cdk-lib')}
${take('* as ec2', 'aws-cdk-lib/aws-ec2')}
${take('* as ecs', 'aws-cdk-lib/aws-ecs')}
${take('{ CacheTopology, HaCacheStack, MemcachedCluster, MemcachedNodes, PrometheusExporter, Routing }', 'cdk-memcached')}
const app = new App({ outdir: process.argv[2] });
const image = ecs.ContainerImage.fromRegistry('registry.example/proxy:1');
const topology = CacheTopology.sharded();
const stacks = [
  {},
  { nodes: MemcachedNodes.fargate({ nodesPerZone: 2 }), prometheus: PrometheusExporter.official() },
  { routing: Routing.mcrouter({ image }) },
  { routing: Routing.twemproxy({ image }), topology },
  { routing: Routing.haproxy() },
  { routing: Routing.nginxStream() },
  { routing: Routing.networkLoadBalancer() },
  { routing: Routing.clientSide({ autoDiscovery: true }), topology },
].map((options, i) => {
  const stack = new Stack(app, 'Stack' + i);
  const cluster = new MemcachedCluster(stack, 'Cache', { vpc: new ec2.Vpc(stack, 'Vpc'), ...options });
  cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/8'));
  return cluster.metrics.hitRatio();
});
new HaCacheStack(app, 'HaCache');
app.synth();
console.log(stacks.length + ' stacks');
`;
}

// Without `skipLibCheck`: a type that this CDK lacks would count as any.
const compilerOptions = {
  target: 'ES2022',
  module: 'node16',
  moduleResolution: 'node16',
  strict: true,
  types: ['node', 'jest'],
};

/** The example of docs/your-own-tests.md. */
const exampleTest = /```js\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/your-own-tests.md'), 'utf8'))![1];

/** What the user's project has beside it, pinned, so that a new release breaks no build of this one. */
const TOOLS = ['typescript@5.9.3', '@types/node@20.19.43', 'jest@30.5.2', '@types/jest@30.0.0', 'ts-jest@29.4.15'];
const NEWEST_CONSTRUCTS = '10.8.1';

/** Makes an empty project with the packed library and these releases beside it. */
function project(name: string, cdk: string, constructs: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'esm'), { recursive: true });
  mkdirSync(join(path, 'test'));
  writeFileSync(join(path, 'package.json'), '{ "private": true }');
  cpSync(join(ROOT, '.npmrc'), join(path, '.npmrc'));
  const packages = [`aws-cdk-lib@${cdk}`, `constructs@${constructs}`, tarball];
  run(path, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--save-exact', ...packages, ...TOOLS);
  writeFileSync(join(path, 'app.ts'), app('import'));
  writeFileSync(join(path, 'esm/app.ts'), app('import'));
  writeFileSync(join(path, 'esm/package.json'), '{ "type": "module" }');
  writeFileSync(join(path, 'plain.js'), app('require'));
  writeFileSync(join(path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts', 'esm/*.ts'] }));
  writeFileSync(join(path, 'test/cache.test.ts'), exampleTest);
  writeFileSync(join(path, 'jest.config.js'), `module.exports = { transform: { '^.+\\\\.tsx?$': 'ts-jest' } };`);
  return path;
}

test('has the app that is deployed, and not the one of `npm run compare`', () => {
  const apps = packed.files.map(({ path }) => path).filter((path) => path.startsWith('bin/'));
  expect(apps).toEqual(['bin/ha-cache.js', 'bin/stack-props.js']);
});

describe.each([
  ['the floor of the peers', floor(peerDependencies['aws-cdk-lib']), floor(peerDependencies.constructs)],
  ['the newest CDK', devDependencies['aws-cdk-lib'], NEWEST_CONSTRUCTS],
])('%s, aws-cdk-lib %s', (name, cdk, constructs) => {
  let path: string;
  beforeAll(() => (path = project(name.replaceAll(' ', '-'), cdk, constructs)));

  test('is what the project has', () => {
    const { version } = JSON.parse(readFileSync(join(path, 'node_modules/aws-cdk-lib/package.json'), 'utf8'));
    expect(version).toBe(cdk);
  });

  test('TypeScript compiles, as CommonJS and as a module, and both synthesize', () => {
    run(path, 'npx', 'tsc', '-p', '.');
    expect(run(path, 'node', 'app.js', 'cdk.out')).toContain('8 stacks');
    expect(run(path, 'node', 'esm/app.js', 'esm.out')).toContain('8 stacks');
  });

  test('plain JavaScript synthesizes the same', () => {
    expect(run(path, 'node', 'plain.js', 'plain.out')).toContain('8 stacks');
    for (const stack of ['Stack0', 'HaCache']) {
      const [typed, plain] = ['cdk.out', 'plain.out'].map((out) =>
        readFileSync(join(path, out, `${stack}.template.json`), 'utf8'),
      );
      expect(plain).toBe(typed);
    }
  });

  test('a snapshot test of the user’s own, as docs/your-own-tests.md shows it, writes and then matches', () => {
    // On a CI server, jest writes no snapshot unless it is told to.
    run(path, 'npx', 'jest', '--ci=false');
    expect(readFileSync(join(path, 'test/__snapshots__/cache.test.ts.snap'), 'utf8')).toContain('"S3Key": "<asset>"');
    run(path, 'npx', 'jest', '--ci');
  });
});
