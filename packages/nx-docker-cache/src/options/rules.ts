import type { BuildOptions } from '../model/options';
import { parseSize } from './size';
import type { Problem } from './problems';

type Rule = (options: BuildOptions) => Problem[];

/** Rules that look at more than one option, or at more than a value's shape. */
const RULES: readonly Rule[] = [
  ({ noCache, noCacheFilter }) =>
    noCache && noCacheFilter.length > 0
      ? [{ path: 'noCacheFilter', message: 'has no meaning beside noCache: true; leave one of them out' }]
      : [],
  ({ cache }) =>
    (cache.kind === 'none' || cache.kind === 'inline') && cache.repository !== undefined
      ? [
          {
            path: 'cache.repository',
            message: `has no meaning with cache kind ${cache.kind}; use kind registry`,
          },
        ]
      : [],
  ({ secrets }) => secrets.flatMap(checkSecret),
  ({ secrets }) =>
    duplicates(secrets.map(({ id }) => id)).map((id) => ({
      path: 'secrets',
      message: `id ${id} is named twice`,
    })),
  ({ platforms }) =>
    platforms
      .filter((platform) => !/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/.test(platform))
      .map((platform) => ({
        path: 'platforms',
        message: `expected os/arch such as linux/amd64; found ${platform}`,
      })),
  ({ addHosts }) =>
    addHosts
      .filter((entry) => !/^[^\s:=,]+[:=]\[?[0-9a-fA-F.:]+\]?$|^[^\s:=,]+[:=]host-gateway$/.test(entry))
      .map((entry) => ({ path: 'addHosts', message: `expected name:ip; found ${entry}` })),
  ({ shmSize }) =>
    shmSize !== undefined && parseSize(shmSize) === undefined
      ? [{ path: 'shmSize', message: `expected a size such as 128m; found ${shmSize}` }]
      : [],
  ({ buildArgs }) =>
    Object.keys(buildArgs)
      .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      .map((name) => ({ path: `buildArgs.${name}`, message: 'expected a name of letters, digits and _' })),
  ({ tags }) =>
    tags?.length === 0
      ? [{ path: 'tags', message: 'expected at least one tag; leave it out for the default' }]
      : [],
];

/** Every broken rule, not only the first. */
export function checkRules(options: BuildOptions): Problem[] {
  return RULES.flatMap((rule) => rule(options));
}

function checkSecret(secret: BuildOptions['secrets'][number], index: number): Problem[] {
  const path = `secrets.${index}`;
  if (secret.env !== undefined && secret.src !== undefined) {
    return [{ path, message: `${secret.id} names both env and src; keep one` }];
  }
  if (secret.id !== '' && !/^[A-Za-z0-9._-]+$/.test(secret.id)) {
    return [{ path, message: 'expected an id of letters, digits, dots, _ and -' }];
  }
  return [];
}

function duplicates(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
