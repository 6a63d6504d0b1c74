import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The newest set is made of whatever the archive's later suites hold by now. */
export const NEWEST = 'newest';

/**
 * Programs extracted beside the system.
 * @typedef {{key: string, dir: string, bin: string, path: string[], libraries: string[], plugins: string, packages: Record<string, string>, versions: Record<string, string>}} Toolset
 */

/** Where things are in a set's folder. @returns {Toolset} */
export function describe(dir, key, set) {
  return {
    key,
    dir,
    bin: join(dir, 'clients'),
    path: ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((part) => join(dir, part)),
    libraries: ['usr/lib', 'lib'].map((part) => join(dir, part, multiarch())),
    plugins: ['usr/libexec/docker/cli-plugins', 'usr/lib/docker/cli-plugins']
      .map((part) => join(dir, part))
      .find(existsSync),
    ...set,
  };
}

function multiarch() {
  return `${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch}-linux-gnu`;
}

/** The environment in which the set's programs find each other and their libraries. @param {Toolset} set */
export function toolEnv(set, env = process.env) {
  // Settings of docker's and the registry's own in the caller's environment are not meant for these.
  const rest = Object.entries(env).filter(([name]) => !/^(DOCKER|BUILDKIT|BUILDX|REGISTRY)_/.test(name));
  return {
    ...Object.fromEntries(rest),
    PATH: [...set.path, env.PATH].join(':'),
    LD_LIBRARY_PATH: set.libraries.join(':'),
    XTABLES_LIBDIR: join(set.libraries[0], 'xtables'),
  };
}
