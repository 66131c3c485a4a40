// What synthesis costs: the CPU of making and synthesizing clusters, beside that of the same templates from L1 resources, and what
// importing the library adds to importing aws-cdk-lib. L1 resources are twice there: bare ones, whose references are literal text,
// and those that CfnInclude makes, which refer to each other as in an app. Each figure is of a process of its own. Writes synthesis.json.
//
//   node scripts/bench-synthesis.mjs FOLDER [ROUNDS]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
/** As many in each of three zones; a stack holds 180 at the most. */
const sizes = [3, 30, 99, 180];
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Milliseconds of CPU, the kernel's included, since the process began. */
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const since = (before) => Math.round((used() - before) * 10) / 10;

/** aws-cdk-lib loads most of its modules when they are first used. That is importing too: it is done before the clock starts. */
const loadAll = (loaded) => JSON.parse(readFileSync(loaded, 'utf8')).forEach((file) => require(file));

function synthesizeCluster(outdir, nodes) {
  const { App, Stack } = require('aws-cdk-lib');
  const ec2 = require('aws-cdk-lib/aws-ec2');
  const { MemcachedCluster, MemcachedNodes, CacheTopology } = require(join(root, 'lib'));
  const app = new App({ outdir, context });
  const stack = new Stack(app, 'Library', { env });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 3 });
  new MemcachedCluster(stack, 'Cache', {
    vpc,
    topology: CacheTopology.sharded(),
    nodes: MemcachedNodes.ec2({ nodesPerZone: nodes / 3 }),
  });
  const made = used();
  app.synth();
  return since(made);
}

/** Figures of this process; what the core library's validation says of them is shown when it fails. */
const tasks = {
  imports() {
    const before = used();
    for (const name of ['aws-cdk-lib', 'ec2', 'ecs', 'elasticloadbalancingv2', 'lambda', 'logs'])
      require(name === 'aws-cdk-lib' ? name : `aws-cdk-lib/aws-${name}`);
    const core = since(before);
    const between = used();
    require(join(root, 'lib'));
    return { core, library: since(between) };
  },

  /** What is loaded once a cluster has been synthesized. */
  loaded(outdir) {
    synthesizeCluster(outdir, 3);
    return Object.keys(require.cache);
  },

  /** The template is kept for the others. */
  library(outdir, loaded, nodes) {
    loadAll(loaded);
    const before = used();
    const synth = synthesizeCluster(outdir, Number(nodes));
    return { used: since(before), synth };
  },

  bare(outdir, loaded, template) {
    loadAll(loaded);
    const { App, CfnResource, Stack } = require('aws-cdk-lib');
    const { Resources } = require(template);
    const before = used();
    const app = new App({ outdir, context });
    const stack = new Stack(app, 'Bare', { env });
    for (const [id, { Type: type, Properties: properties, DependsOn: dependsOn }] of Object.entries(Resources)) {
      const resource = new CfnResource(stack, id, { type, properties });
      if (dependsOn) resource.addOverride('DependsOn', dependsOn);
    }
    app.synth();
    return { used: since(before), resources: Object.keys(Resources).length };
  },

  /** How long CfnInclude reads the template is no cost of L1 resources: only `app.synth()` is measured. */
  included(outdir, loaded, template) {
    loadAll(loaded);
    const { App, Stack } = require('aws-cdk-lib');
    const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
    const { Resources } = require(template);
    const templateFile = `${outdir}.json`; // the stack adds the rest
    writeFileSync(templateFile, JSON.stringify({ Resources }));
    const app = new App({ outdir, context });
    new CfnInclude(new Stack(app, 'Included', { env }), 'Template', { templateFile });
    const made = used();
    app.synth();
    return { synth: since(made) };
  },
};

const env = { account: '123456789012', region: 'eu-west-1' };
const context = {
  [`availability-zones:account=${env.account}:region=${env.region}`]: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
};

function inProcess(task, validated, ...words) {
  const argv = ['--no-warnings', fileURLToPath(import.meta.url), '--task', task, ...words.map(String)];
  const environment = { ...process.env, CDK_VALIDATION: String(validated) };
  return JSON.parse(
    execFileSync(process.execPath, argv, { env: environment, encoding: 'utf8', maxBuffer: 1e8, stdio: 'pipe' })
      .split('\n')
      .at(-2),
  );
}

function measure(folder, rounds) {
  const times = Array.from({ length: rounds }, (_, i) => i);
  const imports = times.map(() => inProcess('imports', false));
  const loaded = join(folder, 'loaded.json');
  writeFileSync(loaded, JSON.stringify(inProcess('loaded', false, join(folder, 'loaded'))));
  const rows = [];
  for (const validated of [false, true]) {
    for (const nodes of sizes) {
      const [library, bare, librarySynth, includedSynth] = [[], [], [], []];
      let resources;
      // The validation of aws-cdk-lib itself takes most of the time: once.
      for (const round of validated ? [0] : times) {
        const out = join(folder, `${nodes}-${validated}-${round}`);
        const whole = inProcess('library', validated, `${out}-library`, loaded, nodes);
        library.push(whole.used);
        librarySynth.push(whole.synth);
        const template = join(`${out}-library`, 'Library.template.json');
        const made = inProcess('bare', validated, `${out}-bare`, loaded, template);
        bare.push(made.used);
        resources = made.resources;
        includedSynth.push(inProcess('included', validated, `${out}-included`, loaded, template).synth);
      }
      rows.push({ nodes, resources, validated, library, bare, librarySynth, includedSynth });
      process.stderr.write(`${nodes} nodes, validation ${validated ? 'on' : 'off'}: ${library} and ${bare} ms\n`);
    }
  }
  return { imports: { core: imports.map(({ core }) => core), library: imports.map(({ library }) => library) }, rows };
}

const [first, second, ...rest] = process.argv.slice(2);
if (first === '--task') {
  console.log(JSON.stringify(tasks[second](...rest)));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'bench-synthesis-'));
  try {
    const synthesis = measure(folder, Number(second ?? 3));
    mkdirSync(first, { recursive: true });
    writeFileSync(join(first, 'synthesis.json'), `${JSON.stringify(synthesis, undefined, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
