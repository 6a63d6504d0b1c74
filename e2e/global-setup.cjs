/**
 * Makes sure of the tarball and of the engine, and says where they are:
 * NDC_TARBALL, and what `tools/engine env` prints (PATH, DOCKER_CONFIG, NDC_REGISTRY).
 */
const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

const root = join(__dirname, '..');
const engine = join(root, 'tools', 'engine');
const read = (file, args) =>
  execFileSync(file, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

module.exports = async function setUp() {
  // Its last line names the tarball; the build is incremental.
  const tarball = read(process.execPath, ['tools/build.mjs', '--pack']).trim().split('\n').at(-1);
  process.env.NDC_TARBALL = join(root, tarball);

  globalThis.engineWasUp = Boolean(JSON.parse(read(engine, ['status', '--json'])).up);
  read(engine, ['up', '--json']);
  Object.assign(process.env, JSON.parse(read(engine, ['env', '--json'])));

  // A spec says itself what CI it runs in; what we run in must not leak into it.
  for (const name of Object.keys(process.env)) {
    if (/^(CI|CONTINUOUS_INTEGRATION|BUILD_NUMBER|GITHUB_.*|GITLAB_.*|CI_.*|NX_.*|TURBO_.*)$/.test(name))
      delete process.env[name];
  }
};
