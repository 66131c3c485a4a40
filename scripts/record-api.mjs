// Records the public API as it is now: what `test/api.real.ts` holds later changes against.
import { readFileSync, writeFileSync } from 'node:fs';

/** Texts and places are not what a user's code depends on. */
const LEFT_OUT = ['locationInModule', 'symbolId', 'readme', 'metadata', 'dependencyClosure', 'bundled'];

function signature(key, value) {
  if (LEFT_OUT.includes(key)) return undefined;
  if (key === 'docs') return value.stability && { stability: value.stability };
  return key === 'fingerprint' ? '-' : value;
}

const assembly = JSON.parse(readFileSync('.jsii', 'utf8'));
writeFileSync('api/recorded.jsii', `${JSON.stringify(assembly, signature, 1)}\n`);
