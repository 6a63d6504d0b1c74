/** Stops the engine where the set-up started it. */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

module.exports = async function tearDown() {
  if (globalThis.engineWasUp === false)
    execFileSync(join(__dirname, '..', 'tools', 'engine'), ['down'], { stdio: 'inherit' });
};
