import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { RehearsalError } from '../errors';
import type { Stack } from './template';

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly properties?: { templateFile?: string; stackName?: string; directoryName?: string };
}

/** Every stack of a synthesized cloud assembly, those of its stages too. */
export function readStacks(folder: string, root = folder): Stack[] {
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest)) {
    throw new RehearsalError(
      `found no manifest.json in '${folder}', expected a synthesized cloud assembly; run 'cdk synth' first`,
    );
  }
  const { artifacts = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { artifacts?: Record<string, Artifact> };
  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const properties = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly') return readStacks(join(folder, properties.directoryName!), root);
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    return [readStack(root, join(folder, properties.templateFile!), properties.stackName ?? id, artifact.environment)];
  });
}

function readStack(root: string, file: string, name: string, environment = ''): Stack {
  const text = readFileSync(file, 'utf8');
  const [, account = '', region = ''] = /^aws:\/\/([^/]*)\/(.*)$/.exec(environment) ?? [];
  return {
    name,
    file,
    path: relative(root, file),
    sha256: createHash('sha256').update(text).digest('hex'),
    // A stack without an environment deploys anywhere: rehearse it somewhere.
    account: /^\d+$/.test(account) ? account : '123456789012',
    region: region === '' || region === 'unknown-region' ? 'us-east-1' : region,
    template: JSON.parse(text),
  };
}
