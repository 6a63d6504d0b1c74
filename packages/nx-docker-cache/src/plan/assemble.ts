import { posix } from 'node:path';
import { reachableStages } from '../dockerfile';
import type { Dockerfile } from '../model/dockerfile';
import type { EngineFacts, Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { BuildPlan, PlannedStage, SkipPlan } from '../model/plan';
import { buildArgv } from './argv';
import { checkConflicts, checkParts } from './conflicts';
import { planCache, type PlannedCache } from './cache';
import { refusalRef } from './cache-kind';
import { withLayerRegistry } from './cache-registry';
import type { Identity } from './identity';
import { projectFolder } from './names';
import { checkLoadable } from './output';
import { receiptPath, STATE_FOLDER } from './state';

/**
 * Options, facts and engine → the plan. Pure: the same input gives the same plan, and nothing is read or
 * written.
 * @param parts plans of the platforms, where there are several
 * @param refused true where the registry once refused a cache manifest of this image, see `refusalOf`
 * @throws DockerCacheError for options that the facts contradict (no registry, bad names …)
 */
export function assemblePlan(
  options: BuildOptions,
  facts: Facts,
  identity: Identity,
  engine: EngineFacts,
  skip: SkipPlan,
  parts: readonly BuildPlan[] = [],
  refused = false,
): BuildPlan {
  const { files, source, project, workspace } = facts;
  const { image, scope, trust, stage, output, variant } = identity;
  checkLoadable(output, options.platforms, engine);
  const isWhole = parts.length > 0;
  const own = cachePlanOf(options, facts, identity, engine, refused);
  checkParts(project.name, parts);
  const caches = isWhole ? parts.flatMap((part) => part.cache.to) : own.to;
  checkConflicts([{ project: project.name, caches, pushes: identity.tags, loads: [] }]);
  // Each cache is written by the build of its platform. Loading is after those, and one that was skipped left the engine
  // nothing.
  const read = output.load ? parts.flatMap((part) => part.cache.from) : [];
  const cache: PlannedCache = isWhole ? { ...own, from: read, to: [], inlineTag: undefined } : own;
  const stageName = stage.name ?? String(stage.index);

  return {
    version: 1,
    project: project.name,
    projectRoot: project.root,
    workspaceRoot: workspace.root,
    dockerfile: files.dockerfile,
    context: files.context,
    contextReason: files.contextReason,
    contextIndirect: files.contextIndirect,
    ignore: { file: files.ignore.file, added: files.ignore.added },
    prune: files.prune,
    stages: plannedStages(files.parsed, options.target),
    target: stageName,
    image,
    tags: identity.tags,
    loadTags: identity.loadTags,
    scope: { name: scope.name, reason: scope.reason },
    trust,
    variant,
    cache: { kind: cache.kind, reason: cache.reason, from: cache.from, to: cache.to, refusal: cache.refusal },
    output: { load: output.load, push: output.push, reason: output.reason },
    skip,
    commit: source.commit,
    branch: source.branch,
    engine: { server: engine.server, buildx: engine.buildx, builder: engine.builder, driver: engine.driver },
    argv:
      isWhole && !output.load
        ? []
        : buildArgv({
            options,
            engine,
            dockerfile: posix.resolve(workspace.root, files.dockerfile),
            context: posix.resolve(workspace.root, files.context),
            target: identity.finalStage && stage.name === undefined ? undefined : stageName,
            output: isWhole ? { ...output, push: false } : output,
            tags: cache.inlineTag === undefined ? identity.tags : [...identity.tags, cache.inlineTag],
            loadTags: identity.loadTags,
            labels: identity.labels,
            annotations: identity.annotations,
            buildArgs: identity.buildArgs,
            from: cache.from,
            to: cache.to,
            isPart: identity.platforms.length > 1,
          }),
    secrets: options.secrets,
    receipt: receiptPath(project.name, project.target),
    cacheLimit: options.cache.maxSize,
    platforms: options.platforms,
    parts,
    progress: options.progress,
    dryRun: options.dryRun,
    warnings: [...identity.warnings, ...cache.warnings],
  };
}

/** The part of the plan that says which caches are read and written. @throws DockerCacheError */
export function cachePlanOf(
  options: BuildOptions,
  { project, environment }: Facts,
  { image, registryKnown, output, scope, variant, trust, name }: Identity,
  engine: EngineFacts,
  refused = false,
): PlannedCache {
  return planCache({
    options: engine.cacheExporters.includes('registry')
      ? withLayerRegistry(options.cache, image, environment)
      : options.cache,
    engine,
    image,
    hasRegistry: registryKnown,
    pushes: output.push,
    scope,
    variant,
    tier: trust.tier,
    refused,
    localFolder: posix.join(STATE_FOLDER, 'cache', projectFolder(project.name)),
    expand: (template, where, as) =>
      name(template.replaceAll('{variant}', variant === undefined ? '' : `--${variant}`), where, as),
  });
}

/** The tag that tells whether the registry refuses cache manifests; undefined where a build would not heed it. */
export function refusalOf(
  options: BuildOptions,
  { environment }: Facts,
  { image, registryKnown, output, trust }: Identity,
  engine: EngineFacts,
): string | undefined {
  if (!engine.cacheExporters.includes('registry')) return undefined;
  return refusalRef({
    options: withLayerRegistry(options.cache, image, environment),
    image,
    hasRegistry: registryKnown,
    pushes: output.push,
    tier: trust.tier,
  });
}

function plannedStages(dockerfile: Dockerfile, target: string | undefined): PlannedStage[] {
  const reached = new Set(reachableStages(dockerfile, target).map(({ index }) => index));
  return dockerfile.stages.map(({ index, name, base }) => ({
    index,
    name,
    base: base.text,
    reached: reached.has(index),
  }));
}
