import type { CacheKind } from '../model/options';
import type { CacheSource, CacheTarget, Warning } from '../model/plan';
import { entriesOf, rawEntries, refOf } from './cache-entries';
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
  const raw = rawEntries(input);
  const to = [...planned.to, ...raw.to];
  return {
    kind,
    reason,
    from: [...planned.from, ...raw.from],
    to: writes ? to : [],
    inlineTag: kind === 'inline' && writes && input.pushes ? refOf(input, input.scope.name) : undefined,
    refusal: kind === 'registry' ? refusalRef(input) : undefined,
    warnings,
  };
}
