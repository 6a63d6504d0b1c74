import type { ContentKey } from '../model/content';
import type { BuildOptions } from '../model/options';
import type { SkipPlan } from '../model/plan';
import type { Identity } from './identity';
import type { Mark } from './marks';

/**
 * Which key tags a build may take and which one it leaves. A trusted build takes what trusted builds made
 * unless an option widens that; the tier is a part of the tag, so that no other tier can write it.
 */
export function planSkip(options: BuildOptions, identity: Identity, content: ContentKey): SkipPlan {
  const { marks, image, registryKnown, output } = identity;
  const tag = ({ text }: Mark): string => `${image}:key-${text}-${content.key}`;
  const provable = content.obstacles.length === 0;
  return {
    key: content.key,
    obstacles: content.obstacles,
    // What is executed on purpose takes no key, but leaves its own: later builds must not fall back behind it.
    enabled: options.skip !== false && !options.noCache && options.noCacheFilter.length === 0 && provable,
    read: registryKnown ? marks.read.map(tag) : [],
    write: registryKnown && output.push && provable && marks.own !== undefined ? tag(marks.own) : undefined,
  };
}
