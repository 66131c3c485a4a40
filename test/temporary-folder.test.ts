import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { App } from 'aws-cdk-lib';

test('what an app writes is in the folder that the run removes at its end', () => {
  const folder = dirname(realpathSync(new App().outdir));
  expect(folder).toBe(realpathSync(tmpdir()));
  expect(basename(folder)).toMatch(/^cdk-memcached-unit-/);
});
