const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Gives a run a temporary directory of its own, because each `new App()` leaves a folder in it. */
module.exports = function makeTemporaryFolder() {
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), 'cdk-memcached-unit-'));
  process.env.TMPDIR = folder;
  globalThis.removeTemporaryFolder = () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  };
};
