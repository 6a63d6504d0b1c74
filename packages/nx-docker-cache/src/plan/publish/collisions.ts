import { DockerCacheError } from '../../errors';
import type { PlannedTag } from '../../model/publication';
import type { Warning } from '../../model/plan';

export interface Merged {
  readonly tags: readonly PlannedTag[];
  readonly warnings: readonly Warning[];
}

/**
 * One entry a reference. Two rules that give one tag to one image are told; to two images they contradict each other.
 * @throws DockerCacheError TAG_CONFLICT
 */
export function mergeTags(tags: readonly PlannedTag[]): Merged {
  const byRef = new Map<string, PlannedTag>();
  for (const tag of tags) {
    const other = byRef.get(tag.ref);
    if (other === undefined) byRef.set(tag.ref, tag);
    else if (other.digest !== tag.digest || other.stage !== tag.stage) throw conflict(tag.ref, [other, tag]);
    else
      byRef.set(tag.ref, {
        ...other,
        rules: [...new Set([...other.rules, ...tag.rules])],
        immutable: other.immutable || tag.immutable,
      });
  }
  const merged = [...byRef.values()];
  const warnings = merged
    .filter(({ rules, stage }) => stage === undefined && rules.filter((rule) => !isImplied(rule)).length > 1)
    .map(({ tag, rules }) => ({
      code: 'TAG_TWICE',
      message: `${rules.length} rules give the tag ${tag}: ${rules.join(', ')}`,
      hint: 'Leave one of them out.',
    }));
  return { tags: merged, warnings };
}

/** Name of the rule that is none: the flavour's `latest`. */
export const FLAVOR_LATEST = 'flavor.latest';

function isImplied(rule: string): boolean {
  return rule === FLAVOR_LATEST || rule.startsWith('default:');
}

/** Two builds, of two projects or of one, that would give one reference to two images. @throws DockerCacheError TAG_CONFLICT */
export function checkBuilds(
  plans: readonly {
    readonly project: string;
    readonly target: string;
    readonly tags: readonly PlannedTag[];
  }[],
): void {
  const byRef = new Map<string, { name: string; digest: string }>();
  for (const { project, target, tags } of plans) {
    const name = `${project}:${target}`;
    for (const { ref, digest } of tags) {
      const other = byRef.get(ref);
      if (other === undefined) byRef.set(ref, { name, digest });
      else if (other.digest !== digest)
        throw new DockerCacheError({
          code: 'TAG_CONFLICT',
          message: `two builds would give ${ref} to different images`,
          expected: 'an image of its own for each build',
          found: `${other.name}: ${other.digest}\n${name}: ${digest}`,
          hint: 'Give one of them another `image`, or a prefix.',
        });
    }
  }
}

function conflict(ref: string, tags: readonly PlannedTag[]): DockerCacheError {
  return new DockerCacheError({
    code: 'TAG_CONFLICT',
    message: `two rules would give ${ref} to different images`,
    expected: 'one image a tag',
    found: tags
      .map(
        ({ rules, stage, digest }) =>
          `${rules.join(', ')}: ${stage === undefined ? 'the image' : `stage ${stage}`} ${digest}`,
      )
      .join('\n'),
    hint: 'Give one of the rules a prefix or a suffix.',
  });
}
