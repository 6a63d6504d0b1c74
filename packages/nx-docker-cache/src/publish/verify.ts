import type { PublishOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { ProbePort } from '../ports/probe';

/**
 * ④ Asks the registry whether each pushed tag holds the digest that the build reported. A registry that only
 * the builder reaches leaves a tag unverified, which is said and is no error.
 */
export async function verifyPush(
  plan: BuildPlan,
  digest: string | undefined,
  probe: Pick<ProbePort, 'probe'>,
): Promise<PublishOutcome> {
  const tags = await Promise.all(
    plan.tags.map(async (ref) => {
      const result = await probe.probe(ref);
      const verified = result.state === 'present' && result.digest === digest;
      const message =
        result.state === 'present'
          ? verified
            ? undefined
            : `holds ${result.digest ?? 'no digest'}`
          : describe(result);
      return { ref, verified, message };
    }),
  );
  return { tags };
}

function describe(result: Awaited<ReturnType<ProbePort['probe']>>): string {
  return 'message' in result ? result.message : 'the registry does not have it';
}
