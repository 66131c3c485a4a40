/** Removes what `unit-temporary-folder.js` has made. */
module.exports = function removeTemporaryFolder() {
  globalThis.removeTemporaryFolder();
};
