import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** The machine in a line, without its name. */
export function machine() {
  const [{ model }] = cpus();
  return `${cpus().length} × ${model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release().split('-')[0]}`;
}

/** How many processes want a processor, on the average of the last minute. */
export function load() {
  return loadavg()[0];
}

export function nodeVersions() {
  return {
    node: process.versions.node,
    npm: execFileSync('npm', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim(),
  };
}

/** @param {Record<string, string>} engine what the engine says of its parts */
export function versions({ docker, buildx, registry }, nxContainer) {
  const short = (version) => version?.split('+')[0];
  return {
    docker: short(docker),
    buildx: short(buildx),
    // An engine that was here before brings its registry as an image.
    ...(registry === undefined ? {} : { registry: short(registry) }),
    ...nodeVersions(),
    'nx-container': nxContainer,
  };
}
