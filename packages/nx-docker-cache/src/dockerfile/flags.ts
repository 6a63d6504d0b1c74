import { suggest } from '../errors';
import { syntaxError } from './syntax-error';
import type { Command } from './words';

type FlagKind = 'text' | 'texts' | 'switch';

const COPYING = { chown: 'text', chmod: 'text', link: 'switch', exclude: 'texts' } as const;
const KNOWN: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  FROM: { platform: 'text' },
  COPY: { ...COPYING, from: 'text', parents: 'switch' },
  ADD: { ...COPYING, checksum: 'text', 'keep-git-dir': 'switch', unpack: 'switch' },
  RUN: { mount: 'texts', network: 'text', security: 'text', device: 'texts' },
  HEALTHCHECK: {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
  },
};

export interface Flags {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  on(name: string): boolean;
}

/**
 * Flags of an instruction. `unknown` decides about one that is not known here; it may throw.
 *
 * @throws DockerCacheError DOCKERFILE_SYNTAX for one that BuildKit refuses.
 */
export function parseFlags(
  { keyword, flags }: Pick<Command, 'keyword' | 'flags'>,
  { line, text }: { readonly line: number; readonly text: string },
  unknown: (problem: string, hint: string) => void,
): Flags {
  const known = KNOWN[keyword] ?? {};
  const values = new Map<string, string[]>();
  const refuse = (problem: string, hint?: string): never => {
    throw syntaxError({ line, text, problem, hint });
  };
  for (const flag of flags) {
    const equals = flag.indexOf('=');
    const name = equals < 0 ? flag.slice(2) : flag.slice(2, equals);
    const value = equals < 0 ? undefined : flag.slice(equals + 1);
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) {
      unknown(`${keyword} has no flag --${name}`, hintFor(keyword, name, Object.keys(known)));
      continue;
    }
    const earlier = values.get(name);
    if (earlier !== undefined && kind !== 'texts') refuse(`the flag --${name} stands twice`);
    if (kind === 'switch') {
      if (value !== undefined && !/^(true|false)$/i.test(value))
        refuse(`--${name} is true or false, not "${value}"`);
      values.set(name, [(value ?? 'true').toLowerCase()]);
    } else if (value === undefined) refuse(`--${name} needs a value`, `Write --${name}=….`);
    else if (earlier === undefined) values.set(name, [value]);
    else earlier.push(value);
  }
  return {
    text: (name) => values.get(name)?.[0] || undefined,
    texts: (name) => values.get(name) ?? [],
    on: (name) => values.get(name)?.[0] === 'true',
  };
}

function hintFor(keyword: string, name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  const all =
    known.length === 0
      ? `${keyword} takes no flags.`
      : `Known: ${known.map((flag) => `--${flag}`).join(', ')}.`;
  return near === undefined ? all : `Did you mean --${near}? ${all}`;
}
