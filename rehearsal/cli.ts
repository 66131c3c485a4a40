import { parseArgs } from 'node:util';
import { messageOf, RehearsalError } from './errors';
import { rehearse } from './inside';
import { enterNamespaces, insideCommand } from './outside';
import { scenarioNames } from './scenarios/scenarios';
import { checkPlatform } from './tools/platform';
import { ensureRootfs } from './tools/rootfs';

const help = `cdk-memcached rehearse [cdk.out]   runs the synthesized clusters here and breaks them
cdk-memcached tools                fetches what a rehearsal needs, and nothing else

  --stack NAME       only the clusters of this stack
  --only SCENARIO,…  only these of: ${scenarioNames.join(', ')}
  --report DIR       where report.json and the hosts' logs go (default: rehearsal-report)
  --verbose          shows what the hosts say
  --help             shows this

exit code: 0 survived, 1 a promise was broken, 2 could not rehearse
`;

async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  const [command, assembly = 'cdk.out', ...more] = positionals;
  if (values.help || command === undefined) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  if (more.length > 0) throw new RehearsalError(`got the arguments '${more.join(' ')}', expected one cloud assembly`);
  const only = values.only?.split(',');
  if (only?.some((name) => !scenarioNames.includes(name))) {
    throw new RehearsalError(`got --only '${values.only}', expected some of ${scenarioNames.join(',')}`);
  }
  switch (command) {
    case 'tools':
      await checkPlatform();
      console.log(await ensureRootfs(console.log));
      return 0;
    case 'rehearse':
      await checkPlatform();
      return enterNamespaces(argv, await ensureRootfs(console.log));
    case insideCommand:
      return rehearse({
        assembly,
        stack: values.stack,
        only,
        reportFolder: values.report ?? 'rehearsal-report',
        verbose: values.verbose ?? false,
      });
    default:
      throw new RehearsalError(`got the command '${command}', expected rehearse or tools; see --help`);
  }
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
