import type { ContentKey } from '../model/content';
import type { BuildOptions } from '../model/options';
import type { SkipPlan, TrustTier } from '../model/plan';
import type { Identity } from './identity';
import { readableTiers } from './part';

const LETTERS: Readonly<Record<Exclude<TrustTier, 'untrusted'>, string>> = { trusted: 't', internal: 'i' };

/**
 * Which key tags a build may take and which one it leaves. A trusted build takes what trusted builds made
 * unless an option widens that; the tier is a part of the tag, so that no other tier can write it.
 */
export function planSkip(options: BuildOptions, identity: Identity, content: ContentKey): SkipPlan {
  const { trust, image, registryKnown, output } = identity;
  const tag = (tier: keyof typeof LETTERS): string => `${image}:key-${LETTERS[tier]}-${content.key}`;
  const reads = readableTiers(trust.tier, options.skip).map(tag);
  const provable = content.obstacles.length === 0;
  return {
    key: content.key,
    obstacles: content.obstacles,
    // What is executed on purpose takes no key, but leaves its own: later builds must not fall back behind it.
    enabled: options.skip !== false && !options.noCache && options.noCacheFilter.length === 0 && provable,
    read: registryKnown ? reads : [],
    write:
      registryKnown && output.push && provable && trust.tier !== 'untrusted' ? tag(trust.tier) : undefined,
  };
}
