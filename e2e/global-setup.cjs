/**
 * Makes sure of `dist` and the tarball (NDC_TARBALL), and starts the engine once for all specs. Where there can be no
 * engine, the specs that need one say so themselves (support/engine.ts).
 */
const { execFileSync, spawnSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const engine = join(root, 'tools', 'engine');

module.exports = async function setUp() {
  process.env.NDC_TARBALL ??= pack();
  const { stdout } = spawnSync(engine, ['status', '--json'], { encoding: 'utf8' });
  globalThis.engineWasUp = Boolean(JSON.parse(stdout || '{}').up);
  if (!globalThis.engineWasUp)
    spawnSync(engine, ['up', '--json'], { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** The last line of the build names the tarball. */
function pack() {
  const output = execFileSync(process.execPath, ['tools/build.mjs', '--pack'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return join(root, output.trim().split('\n').at(-1));
}
