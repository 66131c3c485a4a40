const common = {
  moduleFileExtensions: ['ts', 'js', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/rehearsal/dist'],
  // What the examples import is the library's source here, and the built package for a user.
  moduleNameMapper: { '^cdk-memcached$': '<rootDir>/lib' },
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
};

/** Without binaries. What they leave in the temporary directory goes when they end. */
const unit = {
  ...common,
  globalSetup: '<rootDir>/test/unit-global-setup.js',
  globalTeardown: '<rootDir>/test/unit-global-teardown.js',
  setupFiles: ['<rootDir>/test/unit-setup.js'],
};

/** What watches a fault. It mostly waits, and stands one other beside it, but not a computer that is busy all the time. */
const TIMED = ['test/(rehearsal|protocol)/.*\\.real\\.ts$', 'test/routing/debts\\.real\\.ts$'];

/** What measures the CPU's time, takes all of it, or has to be answered in time: one file at a time. */
const ALONE = ['test/routing/(busy|cost|traps|warm-up)\\.real\\.ts$', 'test/containers/watchdog\\.real\\.ts$', 'test/nodes/threads\\.real\\.ts$'];

module.exports = {
  // Real binaries and whole syntheses on a busy machine; the unit tests take milliseconds.
  testTimeout: 300_000,
  // Of tests in one file that say they stand it: they mostly wait.
  maxConcurrency: 3,
  projects: [
    { ...unit, displayName: 'unit', testMatch: ['<rootDir>/test/**/*.test.ts'] },
    // One promise over many stacks, or what waits for time-outs: too slow to run at each change.
    { ...unit, displayName: 'wide', testMatch: ['<rootDir>/test/**/*.wide.ts'] },
    // What runs real binaries, or the whole app with the core library's validation on.
    {
      ...common,
      displayName: 'real',
      testMatch: ['<rootDir>/test/**/*.real.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...TIMED, ...ALONE],
    },
    { ...common, displayName: 'timed', testRegex: TIMED },
    { ...common, displayName: 'alone', testRegex: ALONE },
  ],
};
