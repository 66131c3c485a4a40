import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';

const ROOT = join(__dirname, '..');

/** The apps of the project, as their files: the examples and the ready-made stack. */
export const APPS = [
  ...readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `examples/${name}/app`),
  'bin/ha-cache',
];

/** Runs an app's file up to its synthesis, which is left to the caller. A file can be loaded once in a test file. */
export async function load(file: string): Promise<App> {
  const synth = jest.spyOn(App.prototype, 'synth').mockReturnValue(undefined as never);
  await import(join(ROOT, file));
  const [app] = synth.mock.contexts as App[];
  synth.mockRestore();
  if (!app) throw new Error(`${file} does not synthesize, expected app.synth() at its end`);
  return app;
}

/** The stacks of an app. */
export function stacksOf(app: App): Stack[] {
  return app.node.children.filter((child): child is Stack => 'stackName' in child);
}
