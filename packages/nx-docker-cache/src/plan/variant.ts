import { shortHash, slug } from './slug';

/** Names of stages may be of any length; tags hold 128 characters, 72 of them a scope, and all of a variant 40. */
const MAX_TARGET = { alone: 30, withPlatform: 16 };
const MAX_PLATFORM = 14;

export interface VariantInput {
  /** Name of the stage that is asked for; undefined for the final one. */
  readonly target: string | undefined;
  readonly platforms: readonly string[];
  /** Build args by name, templates expanded. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Names of args that the reached stages consume. */
  readonly consumed: readonly string[];
  /** Values that change with every run: commit, branch, build number. */
  readonly volatile: readonly string[];
}

export interface Variant {
  /** Part of the cache tag; undefined for the plain build of the final stage. */
  readonly name: string | undefined;
  /** Args left out since their value changes with every run. */
  readonly volatileArgs: readonly string[];
}

/**
 * What makes two builds of one project differ. Args that hold a commit, a time or a build number are left
 * out: with them every run would have a cache of its own, which nobody ever reads again.
 */
export function variantOf(input: VariantInput): Variant {
  const args = Object.entries(input.buildArgs)
    .filter(([name]) => input.consumed.includes(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const volatileArgs = args.filter(([, value]) => isVolatile(value, input.volatile)).map(([name]) => name);
  const stable = args.filter(([name]) => !volatileArgs.includes(name));
  const hashed =
    stable.length > 0 || input.platforms.length > 0
      ? shortHash(JSON.stringify([stable, [...input.platforms].sort()]))
      : undefined;
  // For readers: the hash holds all of it.
  const platform = input.platforms.length === 1 ? input.platforms[0] : undefined;
  const max = platform === undefined ? MAX_TARGET.alone : MAX_TARGET.withPlatform;
  const target = input.target === undefined ? undefined : slug(input.target, max);
  const parts = [target, platform?.replaceAll('/', '-').slice(0, MAX_PLATFORM), hashed].filter(
    (part) => part !== undefined,
  );
  return { name: parts.length === 0 ? undefined : parts.join('.'), volatileArgs };
}

function isVolatile(value: string, known: readonly string[]): boolean {
  if (value === '') return false;
  // A build number is short enough to be part of anything; only longer values count inside a text.
  if (known.some((entry) => value === entry || (entry.length >= 7 && value.includes(entry)))) return true;
  // An ISO time, or seconds or milliseconds since 1970.
  return /\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) || /^1[6-9]\d{8}(\d{3})?$/.test(value);
}
