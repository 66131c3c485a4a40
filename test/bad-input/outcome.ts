import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin, Stack } from 'aws-cdk-lib';
import fc from 'fast-check';
import { ACCOUNT, REGION, ZONES } from '../synth';
import type { Value } from './values';

/** How many in all, with the share that a file of tests has of them. */
const CASES = Number(process.env.CASES ?? 2000);

/** The same cases at each run, unless a number or a seed of your own is given. */
const SEED = process.env.SEED ? Number(process.env.SEED) : process.env.CASES ? Date.now() % 2 ** 31 : 12;

/** Makes something of what was given, in this stack or as a stack of its own, and says in which. */
export type Make = (stack: Stack, given: object, names: readonly string[]) => Stack;

export const env = { account: ACCOUNT, region: REGION };

/** The property of each input: it gives an error that names what is wrong, or a template that CloudFormation takes. */
export function tryInputs(share: number, targets: [string, fc.Arbitrary<Value>, Make][]): void {
  const attempts = fc.oneof(
    ...targets.map(([name, values, make]) => values.map((given) => new Attempt(`${name}(${given.text})`, given, make))),
  );
  const numRuns = Math.ceil(CASES * share);
  const names = targets.map(([name]) => name).join(', ');
  test(
    `${names}: each of ${numRuns} inputs gives an error that names it, or a valid template`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'bad-input-'));
      const judge = new Judge(folder);
      const tried = new Set<string>();
      const property = fc.property(attempts, (attempt) => {
        fc.pre(!tried.has(attempt.text));
        tried.add(attempt.text);
        expect(judge.problems(attempt)).toEqual([]);
      });
      try {
        fc.assert(property, { numRuns, seed: SEED, maxSkipsPerRun: 1000 });
      } finally {
        rmSync(folder, { recursive: true });
      }
      // Neither outcome is so rare that nothing is tried.
      expect(judge.errors).toBeGreaterThan(numRuns / 10);
      expect(judge.templates).toBeGreaterThan(numRuns / 10);
    },
    60_000 + CASES * 200,
  );
}

class Attempt {
  constructor(
    public readonly text: string,
    public readonly given: Value,
    public readonly make: Make,
  ) {}

  /** What fast-check shows of a case that fails. */
  public toString(): string {
    return this.text;
  }
}

/** The form of this library's errors. */
const SAYS = /\S.*, expected .*\S: \S/s;

/** What is missing has a name, too. */
const MISSING = 'endpointAddress and nodeEndpoints are missing';

/** What `JSON.stringify` and shells make of values that are none. */
const NO_VALUE = /[:,[]null[,\]}]|\bNaN\b|\bundefined\b|\[object |\bInfinity\b|\$\{Token/;

class Judge {
  public errors = 0;
  public templates = 0;
  /** Its rules take seconds to load. */
  private readonly rules = new CloudFormationValidatePlugin();
  private readonly valid = new Set<string>();

  constructor(private readonly folder: string) {}

  public problems({ given, make }: Attempt): string[] {
    const app = new App({
      treeMetadata: false,
      analyticsReporting: false,
      outdir: join(this.folder, 'out'),
      context: { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES },
    });
    const stack = new Stack(app, 'Stack', { env });
    let template: string;
    try {
      const made = make(stack, given.make(stack) as object, given.names);
      const assembly = app.synth();
      // Until the CLI has looked a network up, ids stand in its place that are none.
      if (assembly.manifest.missing?.length) return [];
      template = JSON.stringify(assembly.getStackByName(made.stackName).template);
    } catch (error) {
      this.errors += 1;
      return faultsOf(error as Error, given.names);
    }
    this.templates += 1;
    return this.findings(template);
  }

  /** What CloudFormation would refuse. One template is validated once: 50 ms. */
  private findings(template: string): string[] {
    const odd = NO_VALUE.exec(template);
    if (odd) return [`${odd[0]} in …${template.slice(Math.max(0, odd.index - 200), odd.index + 40)}…`];
    const digest = createHash('sha256').update(template).digest('hex');
    if (this.valid.has(digest)) return [];
    const templatePath = join(this.folder, 'template.json');
    writeFileSync(templatePath, template);
    const stack = { stackConstructPath: 'Stack', templatePath, accountId: ACCOUNT, region: REGION };
    const { violations } = this.rules.validate({
      stackTemplates: [stack],
      templatePaths: [templatePath],
      appConstruct: new App(),
    });
    const refused = violations.filter(({ severity }) => severity === 'error' || severity === 'fatal');
    if (refused.length === 0) this.valid.add(digest);
    return refused.map(
      ({ ruleName, description, violatingResources: [first] }) =>
        `${ruleName}: ${description} of ${first.resourceLogicalId}`,
    );
  }
}

/** Why an error is of no help to whoever gave the values. */
function faultsOf({ name, message, stack }: Error, names: readonly string[]): string[] {
  if (name !== 'Error' || !SAYS.test(message)) return [`not in the form of the library's errors: ${stack}`];
  return [...names, MISSING].some((each) => message.includes(each))
    ? []
    : [`none of ${names.join(', ')} in: ${message}`];
}
