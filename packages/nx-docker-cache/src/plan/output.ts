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
  const isKept = push || load || options.push === false || options.load === false;
  const warnings = isKept
    ? []
    : [
        {
          code: 'NOT_KEPT',
          message: `an image for ${options.platforms.length} platforms is neither loaded nor pushed unless it is asked for: only the cache is written`,
          hint: 'Name one platform (--platform linux/amd64) for an image to run here, or set `push` or `load`.',
        },
      ];
  return { load, push, reason: reasonOf(options, source, registryKnown), warnings };
}

function reasonOf(
  options: Pick<BuildOptions, 'load' | 'push' | 'platforms'>,
  source: SourceFacts,
  registryKnown: boolean,
): string {
  if (options.load !== undefined || options.push !== undefined) return 'set by the options';
  if (options.platforms.length > 1 && !(source.ci && registryKnown))
    return 'several platforms are loaded only on demand';
  if (!source.ci) return 'outside CI the image is loaded into the engine';
  return registryKnown ? 'in CI the image is pushed' : 'in CI without a registry the image is loaded';
}

/** @throws DockerCacheError NO_DAEMON, LOAD_PLATFORMS where an image is to be loaded and no engine can take it */
export function checkLoadable(
  { load }: PlannedOutput,
  platforms: readonly string[],
  engine: EngineFacts,
): void {
  if (!load) return;
  if (!engine.loads)
    throw new DockerCacheError({
      code: 'NO_DAEMON',
      message: `builder ${engine.builder} (driver ${engine.driver}) has no Docker engine to load the image into`,
      expected: 'an engine behind DOCKER_HOST or the current docker context, beside the builder',
      found: 'no answer',
      hint: 'Push the image in place of loading it (--push with a registry), or --no-load to build it only.',
    });
  if (platforms.length < 2 || engine.containerdStore) return;
  throw new DockerCacheError({
    code: 'LOAD_PLATFORMS',
    message: 'this engine cannot hold an image for several platforms',
    expected: 'one platform, or an engine with the containerd image store',
    found: `load of ${platforms.join(', ')} into builder ${engine.builder} (driver ${engine.driver}) without it`,
    hint: `Load one platform (--platform ${platforms[0]}), push instead of loading, or turn the store on: "features": {"containerd-snapshotter": true} in daemon.json.`,
  });
}
