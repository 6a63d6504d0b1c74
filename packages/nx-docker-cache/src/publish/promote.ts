import type { SkipOutcome } from '../model/outcome';
import type { SkipPlan } from '../model/plan';
import type { ProbePort } from '../ports/probe';
import type { RegistryPort } from '../ports/registry';

export interface PromotePorts {
  readonly probe: Pick<ProbePort, 'probe'>;
  readonly registry: Pick<RegistryPort, 'promote'>;
}

/**
 * Finds the build in the registry and points the tags at it: identical manifest bytes, no layer moved.
 * Undefined where it is not there or anything goes wrong on the way: then it is built.
 */
export async function promoteExisting(
  image: string,
  skip: SkipPlan,
  tags: readonly string[],
  ports: PromotePorts,
): Promise<SkipOutcome | undefined> {
  const found = await Promise.all(
    skip.read.map(async (ref) => ({ ref, result: await ports.probe.probe(ref) })),
  );
  for (const { ref, result } of found) {
    if (result.state !== 'present' || result.digest === undefined) continue;
    if (await pointAt(`${image}@${result.digest}`, result.digest, tags, ports)) {
      return { digest: result.digest, from: ref, promoted: tags };
    }
  }
  return undefined;
}

/** @returns false where it is gone or forbidden between the question and the PUT: a build is the honest answer then */
async function pointAt(
  from: string,
  digest: string,
  tags: readonly string[],
  { probe, registry }: PromotePorts,
): Promise<boolean> {
  if (tags.length === 0) return true;
  try {
    await registry.promote(from, tags);
    return true;
  } catch {
    // A registry whose tags cannot be moved refuses even to say the same again.
    const now = await Promise.all(tags.map((tag) => probe.probe(tag)));
    return now.every((result) => result.state === 'present' && result.digest === digest);
  }
}

/** Leaves the key tag of a build that was just pushed. @returns why it could not, undefined where it could */
export async function leaveKey(
  image: string,
  skip: SkipPlan,
  digest: string,
  registry: Pick<RegistryPort, 'promote'>,
): Promise<string | undefined> {
  if (skip.write === undefined) return undefined;
  try {
    await registry.promote(`${image}@${digest}`, [skip.write]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
