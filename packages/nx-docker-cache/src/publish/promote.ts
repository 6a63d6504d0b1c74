import type { SkipOutcome } from '../model/outcome';
import type { SkipPlan } from '../model/plan';
import type { ProbePort } from '../ports/probe';
import type { RegistryManifest, RegistryPort } from '../ports/registry';

export interface PromotePorts {
  readonly probe: Pick<ProbePort, 'probe'>;
  readonly registry: Pick<RegistryPort, 'getManifest' | 'putManifest'>;
}

/** A registry that needs longer than this to say whether it has an image costs more than a skip saves. */
const DEADLINE_MS = 5_000;

/**
 * Finds the build in the registry and points the tags at it: identical manifest bytes, no layer moved. Asks for the
 * manifest itself, as what is found has to be put again: one request less than asking whether it is there.
 * Undefined where it is not there or anything goes wrong on the way: then it is built.
 */
export async function promoteExisting(
  skip: SkipPlan,
  tags: readonly string[],
  ports: PromotePorts,
): Promise<SkipOutcome | undefined> {
  const found = await Promise.all(skip.read.map((ref) => find(ref, ports)));
  for (const one of found) {
    if (one !== undefined && (await pointAt(one.manifest, tags, ports))) {
      return { digest: one.manifest.digest, from: one.ref, promoted: tags };
    }
  }
  return undefined;
}

interface Found {
  readonly ref: string;
  readonly manifest: RegistryManifest;
}

/** Undefined for what is not there, as for what the registry does not say in time: both are built. */
async function find(ref: string, { registry }: PromotePorts): Promise<Found | undefined> {
  try {
    const call = { signal: AbortSignal.timeout(DEADLINE_MS), deadlineMs: DEADLINE_MS };
    return { ref, manifest: await registry.getManifest(ref, call) };
  } catch {
    return undefined;
  }
}

/** @returns false where it may not be put: a build is the honest answer then */
async function pointAt(
  manifest: RegistryManifest,
  tags: readonly string[],
  { probe, registry }: PromotePorts,
): Promise<boolean> {
  try {
    // In the order given: what stands for the newest comes last.
    for (const tag of tags) await registry.putManifest(tag, manifest);
    return true;
  } catch {
    // A registry whose tags cannot be moved refuses even to say the same again.
    const now = await Promise.all(tags.map((tag) => probe.probe(tag)));
    return now.every((result) => result.state === 'present' && result.digest === manifest.digest);
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
