// The floors of the house: which folder may import which, imports of types included. `npm run lint` holds them.

/** The library's floors, the lowest first: each may import those below it, and itself. */
const library = [
  'lib/contract/',
  'lib/(acknowledge|errors|validation)\\.ts',
  'lib/(containers|metrics)/',
  'lib/context/',
  'lib/network/',
  'lib/interfaces/',
  'lib/nodes/',
  'lib/routing/',
  'lib/monitoring/',
  'lib/cluster/',
  'lib/stack(-choices)?\\.ts',
  'lib/index\\.ts',
];

/** What each folder of the rehearsal may import besides itself. */
const rehearsal = {
  assembly: [],
  tools: ['assembly', 'namespace'],
  namespace: ['tools'],
  cloud: ['assembly', 'namespace'],
  load: ['namespace'],
  clients: ['namespace', 'tools'],
  probe: ['assembly', 'clients', 'cloud', 'namespace', 'tools'],
  alarms: ['assembly', 'cloud', 'probe', 'report'],
  report: ['alarms', 'assembly', 'scenarios', 'tools'],
  scenarios: ['alarms', 'assembly', 'cloud', 'load', 'report'],
};

const onlyImports = (folder, ...allowed) => ({
  name: `only what is below ${folder}`.replaceAll('\\', ''),
  severity: 'error',
  from: { path: `^${folder}` },
  to: { path: '^(bin|examples|lambda|lib|rehearsal|test)/', pathNot: allowed.map((path) => `^${path}`) },
});

export default {
  forbidden: [
    { name: 'no circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'every import is found', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...library.map((folder, i) => onlyImports(folder, ...library.slice(0, i + 1))),
    ...Object.entries(rehearsal).map(([folder, others]) =>
      onlyImports(
        `rehearsal/${folder}/`,
        ...[folder, ...others].map((each) => `rehearsal/${each}/`),
        'rehearsal/errors\\.ts',
        'lib/contract/',
      ),
    ),
    onlyImports('rehearsal/', 'rehearsal/', 'lib/contract/'),
    onlyImports('lambda/', 'lambda/', 'lib/contract/'),
    onlyImports('bin/', 'bin/', 'lib/index\\.ts'),
    onlyImports('examples/', 'examples/', 'lib/index\\.ts'),
    {
      name: 'without aws-cdk',
      severity: 'error',
      from: { path: '^(lib/contract|lambda|rehearsal)/' },
      to: { path: '(^|/)(aws-cdk-lib|constructs)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    // What the build makes lies beside its source.
    exclude: { path: '^(bin|examples|lib|rehearsal)/.*\\.(js|d\\.ts)$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'require', 'node', 'default'],
    },
  },
};
