import { parseArgs } from 'node:util';
import { bench, benchNames } from './bench/bench';
import { cellNames } from './chaos/cells';
import { chaos } from './chaos/chaos';
import { compare } from './compare/compare';
import { messageOf, RehearsalError } from './errors';
import type { Options } from './stage';
import { enterNamespaces, rootfsInside } from './namespace/enter';
import { rehearse } from './rehearse';
import { rehearseUpdate } from './rehearse-update';
import type { Scenario } from './scenarios/scenario';
import { comparedScenarios, scenarios } from './scenarios/scenarios';
import { checkPlatform } from './tools/platform';
import { ensureRootfs } from './tools/rootfs';

/** A command that runs clusters, and what `--only` may name. */
interface Command {
  readonly run: (options: Options) => Promise<number>;
  readonly names: readonly string[];
}

/** Without the cells of the matrix, which are a target and a fault. */
const short = (names: readonly string[]): string[] => names.filter((name) => !name.includes('/'));

const namesIn = (list: readonly Scenario[]): string[] => list.map(({ name }) => name);
const namesOf = (list: readonly Scenario[], separator: string) => namesIn(list).join(separator);

const commands: Record<string, Command> = {
  rehearse: { run: rehearse, names: namesIn(scenarios) },
  compare: { run: compare, names: namesIn(comparedScenarios) },
  bench: { run: bench, names: benchNames },
};

/** What `rehearse --chaos` does in the place of the scenarios. */
const matrix: Command = { run: chaos, names: cellNames };

const byNameOnly = scenarios.filter((scenario) => scenario.byNameOnly);

const help = `cdk-memcached rehearse [cdk.out]   runs the synthesized clusters here and breaks them
cdk-memcached rehearse --from DIR --to DIR
                                   runs the clusters of one assembly and updates them to another, under load
cdk-memcached compare [cdk.out]    runs them all under the same load and faults, and puts them in one table
cdk-memcached bench [cdk.out]      measures the proxy of each, before the nodes of the first
cdk-memcached tools                fetches what a rehearsal needs, and nothing else

  --stack NAME       only the clusters of this stack
  --only SCENARIO,…  only these; rehearse: ${namesOf(scenarios, ', ')};
                     compare: ${namesOf(comparedScenarios, ', ')};
                     bench: ${benchNames.join(', ')};
                     these run by name only: ${namesOf(byNameOnly, ', ')}
  --chaos            rehearse: the matrix of targets and faults in the place of the scenarios; --only then names targets,
                     faults or cells: ${short(cellNames).join(', ')}
  --rounds N         bench: how often each path has its turn (default: 4)
  --report DIR       where report.json and dashboard.svg, or compare.json and compare.md, and the hosts' logs go
                     (default: rehearsal-report)
  --verbose          shows what the hosts say
  --help             shows this

rehearse exits with 0 survived, 1 a promise was broken, 2 could not rehearse;
compare with 0 whatever the figures, 1 a cluster did not run, 2 could not compare; bench with 0 whatever the figures.
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
  const known = commandOf(command, values.chaos);
  checkUpdate(command, values, positionals.length);
  const only = values.only?.split(',');
  if (only?.some((name) => !known.names.includes(name))) {
    throw new RehearsalError(`got --only '${values.only}', expected some of ${short(known.names).join(',')}`);
  }
  const rootfs = rootfsInside();
  if (rootfs === undefined) {
    await checkPlatform();
    return enterNamespaces(argv, await ensureRootfs(console.log));
  }
  const { from, to } = values;
  return (to === undefined ? known.run : rehearseUpdate)({
    assembly: from ?? assembly,
    to,
    stack: values.stack,
    only,
    rounds: roundsOf(values.rounds),
    reportFolder: values.report ?? 'rehearsal-report',
    verbose: values.verbose ?? false,
    rootfs,
  });
}

function roundsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new RehearsalError(`got --rounds '${text}', expected a whole number from 1 to 99; leave it out for 4`);
}

function commandOf(name: string, chaos = false): Command {
  const known = commands[name];
  if (!known)
    throw new RehearsalError(`got the command '${name}', expected rehearse, compare, bench or tools; see --help`);
  if (!chaos) return known;
  if (name !== 'rehearse')
    throw new RehearsalError(`got --chaos with ${name}, expected it with rehearse: leave it out`);
  return matrix;
}

/** An update has its two assemblies, and one scenario. */
function checkUpdate(
  command: string,
  { from, to, only, chaos }: ReturnType<typeof parse>['values'],
  words: number,
): void {
  if (from === undefined && to === undefined) return;
  const mistakes: [boolean | undefined, string][] = [
    [to === undefined, '--from alone'],
    [from === undefined, '--to alone'],
    [command !== 'rehearse', `--from and --to with ${command}`],
    [words > 1, '--from and --to with an assembly beside them'],
    [chaos, '--from and --to with --chaos'],
    [only !== undefined, '--from and --to with --only'],
  ];
  const [, got] = mistakes.find(([made]) => made) ?? [];
  if (got !== undefined) throw new RehearsalError(`got ${got}, expected rehearse --from DIR --to DIR; see --help`);
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        stack: { type: 'string' },
        only: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        rounds: { type: 'string' },
        report: { type: 'string' },
        chaos: { type: 'boolean' },
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
