import { parseArgs } from 'node:util';
import { compare } from './compare/compare';
import { messageOf, RehearsalError } from './errors';
import type { Options } from './stage';
import { enterNamespaces, rootfsInside } from './namespace/enter';
import { rehearse } from './rehearse';
import type { Scenario } from './scenarios/scenario';
import { comparedScenarios, scenarios } from './scenarios/scenarios';
import { checkPlatform } from './tools/platform';
import { ensureRootfs } from './tools/rootfs';

/** The commands that run clusters, each with its scenarios. */
const commands: Record<string, { run: (options: Options) => Promise<number>; scenarios: readonly Scenario[] }> = {
  rehearse: { run: rehearse, scenarios },
  compare: { run: compare, scenarios: comparedScenarios },
};

const namesOf = (list: readonly Scenario[], separator: string) => list.map(({ name }) => name).join(separator);

const byNameOnly = scenarios.filter((scenario) => scenario.byNameOnly);

const help = `cdk-memcached rehearse [cdk.out]   runs the synthesized clusters here and breaks them
cdk-memcached compare [cdk.out]    runs them all under the same load and faults, and puts them in one table
cdk-memcached tools                fetches what a rehearsal needs, and nothing else

  --stack NAME       only the clusters of this stack
  --only SCENARIO,…  only these; rehearse: ${namesOf(scenarios, ', ')};
                     compare: ${namesOf(comparedScenarios, ', ')};
                     these run by name only: ${namesOf(byNameOnly, ', ')}
  --report DIR       where report.json and dashboard.svg, or compare.json and compare.md, and the hosts' logs go
                     (default: rehearsal-report)
  --verbose          shows what the hosts say
  --help             shows this

rehearse exits with 0 survived, 1 a promise was broken, 2 could not rehearse;
compare with 0 whatever the figures, 1 a cluster did not run, 2 could not compare.
CDK_MEMCACHED_MCROUTER=/path/to/mcrouter brings the one engine that Debian does not have.
`;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  const [command, assembly = 'cdk.out', ...more] = positionals;
  if (values.help || command === undefined) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  if (more.length > 0) throw new RehearsalError(`got the arguments '${more.join(' ')}', expected one cloud assembly`);
  if (command === 'tools') {
    await checkPlatform();
    console.log(await ensureRootfs(console.log));
    return 0;
  }
  const known = commands[command];
  if (!known) throw new RehearsalError(`got the command '${command}', expected rehearse, compare or tools; see --help`);
  const only = values.only?.split(',');
  if (only?.some((name) => !known.scenarios.some((scenario) => scenario.name === name))) {
    throw new RehearsalError(`got --only '${values.only}', expected some of ${namesOf(known.scenarios, ',')}`);
  }
  const rootfs = rootfsInside();
  if (rootfs === undefined) {
    await checkPlatform();
    return enterNamespaces(argv, await ensureRootfs(console.log));
  }
  return known.run({
    assembly,
    stack: values.stack,
    only,
    reportFolder: values.report ?? 'rehearsal-report',
    verbose: values.verbose ?? false,
    rootfs,
  });
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        stack: { type: 'string' },
        only: { type: 'string' },
        report: { type: 'string' },
        verbose: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new RehearsalError(`${messageOf(error)}; see --help`);
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof RehearsalError ? `cdk-memcached: ${error.message}` : error);
    process.exit(error instanceof RehearsalError ? error.exitCode : 1);
  },
);
