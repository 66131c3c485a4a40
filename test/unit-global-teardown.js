/** Removes what `unit-global-setup.js` has made. */
module.exports = function tearDown() {
  globalThis.removeTemporaryFolder();
};
