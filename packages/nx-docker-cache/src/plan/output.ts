import { DockerCacheError } from '../errors';
import type { EngineFacts, SourceFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { PlannedOutput, TrustTier, Warning } from '../model/plan';

export interface OutputDecision extends PlannedOutput {
  readonly warnings: readonly Warning[];
}

/**
 * Where the image goes. An explicit `load` or `push` wins; by default a laptop loads, CI pushes where a
 * registry is known and loads where none is, and a change from a fork is only built.
 * @throws DockerCacheError NO_REGISTRY where a push is asked for and nothing names a registry
 */
export function outputOf(
  options: Pick<BuildOptions, 'load' | 'push' | 'platforms'>,
  source: SourceFacts,
  tier: TrustTier,
  registryKnown: boolean,
): OutputDecision {
  if (options.push === true && !registryKnown) {
    throw new DockerCacheError({
      code: 'NO_REGISTRY',
      message: 'a push was asked for and no registry is known',
      expected: 'the option `registry`, or an `image` that starts with a host',
      found: 'push: true alone',
      hint: 'Set `registry`, for instance ghcr.io/acme, or docker.io/<account> for Docker Hub.',
    });
  }
  if (tier === 'untrusted') {
    const load = options.load ?? false;
    const warnings =
      options.push === true
        ? [
            {
              code: 'PUSH_REFUSED',
              message: 'push: true is not followed: a change from a fork publishes nothing',
            },
          ]
        : [];
    return {
      load,
      push: false,
      reason: `${load ? 'load is set; ' : ''}a change from a fork is never pushed`,
      warnings,
    };
  }
  const push = options.push ?? (source.ci && registryKnown && options.load !== true);
  const load = options.load ?? (!push && options.platforms.length < 2);
  return { load, push, reason: reasonOf(options, source, registryKnown), warnings: [] };
}

function reasonOf(
  options: Pick<BuildOptions, 'load' | 'push'>,
  source: SourceFacts,
  registryKnown: boolean,
): string {
  if (options.load !== undefined || options.push !== undefined) return 'set by the options';
  if (!source.ci) return 'outside CI the image is loaded into the engine';
  return registryKnown ? 'in CI the image is pushed' : 'in CI without a registry the image is loaded';
}

/** @throws DockerCacheError NO_DAEMON where an image is to be loaded and no engine is there to take it */
export function checkLoadable({ load }: PlannedOutput, engine: EngineFacts): void {
  if (!load || engine.loads) return;
  throw new DockerCacheError({
    code: 'NO_DAEMON',
    message: `builder ${engine.builder} (driver ${engine.driver}) has no Docker engine to load the image into`,
    expected: 'an engine behind DOCKER_HOST or the current docker context, beside the builder',
    found: 'no answer',
    hint: 'Push the image in place of loading it (--push with a registry), or --no-load to build it only.',
  });
}
