import { posix } from 'node:path';
import { consumedArgs, reachableStages, resolveTarget } from '../dockerfile';
import type { Dockerfile, Stage } from '../model/dockerfile';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { BuildPlan, PlannedStage, Warning } from '../model/plan';
import { buildArgv } from './argv';
import { planCache } from './cache';
import { defaultBranchOf } from './defaults';
import { checkImage, checkProjectName, checkRegistry, checkTag, hasHost, projectFolder } from './names';
import { outputOf } from './output';
import { scopeOf, type Scope } from './scope';
import { expand } from './template';
import { trustOf } from './trust';
import { templateValues } from './values';
import { variantOf } from './variant';

/** Folder of all that is written into a workspace; git ignores it. */
export const STATE_FOLDER = '.nx-docker-cache';
export const DEFAULT_TARGET_NAME = 'docker-build';

/**
 * Options and facts → the plan. Pure: the same input gives the same plan, and nothing is read or written.
 * @throws DockerCacheError for options that the facts contradict (unknown stage, no registry, bad names …)
 */
export function assemblePlan(options: BuildOptions, facts: Facts): BuildPlan {
  checkProjectName(facts.project.name);
  const { source, files } = facts;
  const { branch: defaultBranch } = defaultBranchOf(options.defaultBranch, source);
  const trust = trustOf(source, defaultBranch, options.protectedBranches);
  const scope = scopeOf(source, defaultBranch, trust.tier);
  const stage = resolveTarget(files.parsed, options.target);
  const texts = (template: string, where: string): string =>
    expand(template, templateValues(facts, scope, defaultBranch, 'text'), facts.environment, where);
  const names = (template: string, where: string, inScope: Scope = scope): string =>
    expand(template, templateValues(facts, inScope, defaultBranch, 'name'), facts.environment, where);

  const image = imageOf(options, names);
  const registryKnown = hasHost(image);
  const output = outputOf(options, source, trust.tier, registryKnown);
  const buildArgs = mapValues(options.buildArgs, (value, name) => texts(value, `buildArgs.${name}`));
  const consumed = consumedArgs(files.parsed, options.target);
  const variant = variantOf({
    target: isFinal(files.parsed, stage) ? undefined : (stage.name ?? String(stage.index)),
    platforms: options.platforms,
    buildArgs,
    consumed: [...consumed],
    volatile: [source.commit, source.commit?.slice(0, 7), source.branch, ...source.volatile].filter(isText),
  });
  const cache = planCache({
    options: options.cache,
    engine: facts.engine,
    image,
    hasRegistry: registryKnown,
    pushes: output.push,
    scope,
    variant: variant.name,
    tier: trust.tier,
    localFolder: posix.join(STATE_FOLDER, 'cache', projectFolder(facts.project.name)),
    expand: (template, where, name) =>
      names(template.replaceAll('{variant}', variant.name === undefined ? '' : `--${variant.name}`), where, {
        ...scope,
        name,
      }),
  });
  const tags = output.push ? tagsOf(options, ['{shortSha}'], image, names) : [];
  const loadTags = output.load ? tagsOf(options, ['dev'], image, names) : [];
  const pushTags = cache.inlineTag === undefined ? tags : [...tags, cache.inlineTag];

  return {
    version: 1,
    project: facts.project.name,
    projectRoot: facts.project.root,
    workspaceRoot: facts.workspace.root,
    dockerfile: files.dockerfile,
    context: files.context,
    contextReason: files.contextReason,
    stages: plannedStages(files.parsed, options.target),
    target: stage.name ?? String(stage.index),
    image,
    tags,
    loadTags,
    scope: { name: scope.name, reason: scope.reason },
    trust,
    variant: variant.name,
    cache: { kind: cache.kind, reason: cache.reason, from: cache.from, to: cache.to },
    output: { load: output.load, push: output.push, reason: output.reason },
    commit: source.commit,
    branch: source.branch,
    engine: pickEngine(facts),
    argv: buildArgv({
      options,
      engine: facts.engine,
      dockerfile: posix.resolve(facts.workspace.root, files.dockerfile),
      context: posix.resolve(facts.workspace.root, files.context),
      target: isFinal(files.parsed, stage) && stage.name === undefined ? undefined : (stage.name ?? String(stage.index)),
      output,
      tags: pushTags,
      loadTags,
      labels: mapValues(options.labels, (value, name) => texts(value, `labels.${name}`)),
      annotations: mapValues(options.annotations, (value, name) => texts(value, `annotations.${name}`)),
      buildArgs,
      from: cache.from,
      to: cache.to,
    }),
    secrets: options.secrets,
    receipt: receiptPath(facts.project.name, facts.project.target),
    cacheLimit: options.cache.maxSize,
    platforms: options.platforms,
    progress: options.progress,
    dryRun: options.dryRun,
    warnings: [
      ...output.warnings,
      ...cache.warnings,
      ...argWarnings(options, [...consumed], variant.volatileArgs),
      ...(files.contextDecided ? [] : [contextWarning(facts)]),
    ],
  };
}

/** Receipt of a project's target, relative to the workspace root; the plain target has the plain name. */
export function receiptPath(project: string, target: string): string {
  const file = target === DEFAULT_TARGET_NAME ? 'receipt.json' : `receipt.${target.replace(/[^A-Za-z0-9._-]+/g, '-')}.json`;
  return posix.join(STATE_FOLDER, projectFolder(project), file);
}

function imageOf(options: BuildOptions, names: (template: string, where: string) => string): string {
  const name = names(options.image, 'image');
  if (options.registry === undefined) return checkImage(name, 'image');
  const registry = checkRegistry(names(options.registry, 'registry'));
  return checkImage(hasHost(name) ? name : `${registry}/${name}`, 'image');
}

function tagsOf(
  options: BuildOptions,
  byDefault: readonly string[],
  image: string,
  names: (template: string, where: string) => string,
): string[] {
  const tags = (options.tags ?? byDefault).map((template) => checkTag(names(template, 'tags'), 'tags'));
  return [...new Set(tags)].map((tag) => `${image}:${tag}`);
}

function isFinal(dockerfile: Dockerfile, stage: Stage): boolean {
  return stage.index === dockerfile.stages.length - 1;
}

function plannedStages(dockerfile: Dockerfile, target: string | undefined): PlannedStage[] {
  const reached = new Set(reachableStages(dockerfile, target).map(({ index }) => index));
  return dockerfile.stages.map(({ index, name, base }) => ({ index, name, base: base.text, reached: reached.has(index) }));
}

function argWarnings(options: BuildOptions, consumed: readonly string[], volatileArgs: readonly string[]): Warning[] {
  const unused = Object.keys(options.buildArgs).filter((name) => !consumed.includes(name));
  return [
    ...unused.map((name) => ({
      code: 'UNUSED_BUILD_ARG',
      message: `build arg ${name} is consumed by no stage that is built`,
      hint: `Declare it with ARG ${name} in the stage that uses it, or leave it out.`,
    })),
    ...volatileArgs.map((name) => ({
      code: 'VOLATILE_BUILD_ARG',
      message: `build arg ${name} holds a commit, a time or a build number: every step after its first use is executed in every run`,
      hint: `Use ${name} as late as possible, or put it into \`labels\`, which invalidate no step.`,
    })),
  ];
}

function contextWarning({ files }: Facts): Warning {
  return {
    code: 'CONTEXT_UNDECIDED',
    message: `the build context is a guess: ${files.context} (${files.contextReason})`,
    hint: 'Set the option `context`.',
  };
}

function pickEngine({ engine }: Facts): BuildPlan['engine'] {
  return { server: engine.server, buildx: engine.buildx, builder: engine.builder, driver: engine.driver };
}

function mapValues(
  record: Readonly<Record<string, string>>,
  map: (value: string, key: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
