import { CACHE_KINDS, type CacheKind } from '../model/options';
import type { CacheSource, CacheTarget, Warning } from '../model/plan';
import { entriesOf, rawEntries, refOf, type Entries } from './cache-entries';
import type { CacheInput } from './cache-input';
import { chooseKind, refusalRef } from './cache-kind';

export interface PlannedCache {
  readonly kind: CacheKind;
  readonly reason: string;
  readonly from: readonly CacheSource[];
  readonly to: readonly CacheTarget[];
  /** Image tag that carries an inline cache, `image:tag`. */
  readonly inlineTag: string | undefined;
  /** Tag to leave where the registry refuses the cache, see `refusalRef`. */
  readonly refusal: string | undefined;
  readonly warnings: readonly Warning[];
}

/** Chooses the kind of cache that this engine and registry allow, and the entries of each scope. */
export function planCache(input: CacheInput): PlannedCache {
  const { kind, reason, warnings } = chooseKind(input);
  const writes = input.tier !== 'untrusted';
  const planned = entriesOf(kind, input);
  const { raw, dropped } = usableRaw(input);
  const to = [...planned.to, ...raw.to];
  return {
    kind,
    reason,
    from: [...planned.from, ...raw.from],
    to: writes ? to : [],
    inlineTag: kind === 'inline' && writes && input.pushes ? refOf(input, input.scope.name) : undefined,
    refusal: kind === 'registry' ? refusalRef(input) : undefined,
    warnings: [...warnings, ...dropped],
  };
}

/** Raw entries but those with which this engine would refuse the whole build: a cache is never worth that. */
function usableRaw(input: CacheInput): { readonly raw: Entries; readonly dropped: readonly Warning[] } {
  const { engine } = input;
  const { from, to } = rawEntries(input);
  const isUnknown = (type: string): boolean => !(engine.cacheExporters as readonly string[]).includes(type);
  // A cache in a registry or a folder is read by each engine.
  const unread = from.filter(({ entry }) => BUCKETS.includes(typeOf(entry)) && isUnknown(typeOf(entry)));
  const unwritten = to.filter(({ entry }) => KINDS.includes(typeOf(entry)) && isUnknown(typeOf(entry)));
  const types = new Set([...unread, ...unwritten].map(({ entry }) => typeOf(entry)));
  return {
    raw: {
      from: from.filter((one) => !unread.includes(one)),
      to: to.filter((one) => !unwritten.includes(one)),
    },
    dropped: [...types].map((type) => ({
      code: 'CACHE_EXPORTER',
      message: `builder ${engine.builder} (driver ${engine.driver}) takes no cache of type ${type}: the entry is left out`,
      hint: 'Use a builder that does: docker buildx create --use.',
    })),
  };
}

const BUCKETS = ['s3', 'azblob'];
const KINDS: readonly string[] = CACHE_KINDS.filter((kind) => kind !== 'none');

function typeOf(entry: string): string {
  return /(?:^|,)type=(\w+)/.exec(entry)?.[1] ?? '';
}
