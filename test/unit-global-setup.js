const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** Before a run of the unit tests, once. */
module.exports = function setUp() {
  bundleProbe();
  makeTemporaryFolder();
};

/** A bundle of older sources gives the snapshots another hash than a clean checkout has. */
function bundleProbe() {
  execFileSync('npm', ['run', '--silent', 'build:probe'], { cwd: join(__dirname, '..'), stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Gives the run a temporary directory of its own, because each `new App()` leaves a folder in it. */
function makeTemporaryFolder() {
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), 'cdk-memcached-unit-'));
  process.env.TMPDIR = folder;
  globalThis.removeTemporaryFolder = () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  };
}
