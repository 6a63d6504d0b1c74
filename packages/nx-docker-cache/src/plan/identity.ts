import { consumedArgs, resolveTarget } from '../dockerfile';
import type { Stage } from '../model/dockerfile';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { Warning } from '../model/plan';
import { expandBuildArgs } from './build-args';
import { defaultBranchOf } from './defaults';
import { checkImage, checkProjectName, checkRegistry, checkTag, hasHost, ownNamesValid } from './names';
import { annotationLevels, type AnnotationLevels } from './annotations';
import { outputOf, type OutputDecision } from './output';
import { partTag, wholePlatforms } from './part';
import { slug } from './slug';
import { scopeOf, type Scope } from './scope';
import { expand } from './template';
import { trustOf, type Trust } from './trust';
import { templateValues } from './values';
import { variantOf } from './variant';

/** A tag holds 128 characters, most of them for what stands after the stage. */
const MAX_STAGE_IN_TAG = 40;

/** What a build is, before any engine is asked: name, tags, scope, trust and expanded texts. */
export interface Identity {
  readonly image: string;
  readonly registryKnown: boolean;
  readonly trust: Trust;
  readonly scope: Scope;
  readonly output: OutputDecision;
  /** Full references that are pushed. */
  readonly tags: readonly string[];
  /** Full references that the engine gets. */
  readonly loadTags: readonly string[];
  readonly stage: Stage;
  readonly finalStage: boolean;
  readonly variant: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Annotations of the index of several platforms, and of this platform's line in it. */
  readonly indexed: Pick<AnnotationLevels, 'index' | 'descriptor'>;
  /** All platforms of the image; this build may make some of them only. */
  readonly platforms: readonly string[];
  readonly warnings: readonly Warning[];
  /** Expands a template to a part of a reference, as another scope where one is named. */
  readonly name: (template: string, where: string, scope?: string) => string;
}

/**
 * @param beside true for a stage that is built beside the target: its tags say which stage they hold
 * @throws DockerCacheError for options that the facts contradict
 */
export function identify(options: BuildOptions, facts: Facts, beside = false): Identity {
  checkProjectName(facts.project.name);
  const { source, files } = facts;
  const { branch: defaultBranch } = defaultBranchOf(options.defaultBranch, source);
  const trust = trustOf(source, defaultBranch, options.protectedBranches);
  const scope = scopeOf(source, defaultBranch, trust.tier);
  const stage = resolveTarget(files.parsed, options.target);
  const finalStage = stage.index === files.parsed.stages.length - 1;
  const text = (template: string, where: string): string =>
    expand(template, templateValues(facts, scope, defaultBranch, 'text'), facts.environment, where);
  const name: Identity['name'] = (template, where, as = scope.name) =>
    expand(
      ownNamesValid(template, facts.project),
      templateValues(facts, { ...scope, name: as }, defaultBranch, 'name'),
      facts.environment,
      where,
    );

  const image = imageOf(options, name);
  const registryKnown = hasHost(image);
  const output = outputOf(options, source, trust.tier, registryKnown);
  const prefix = beside ? `${slug(stage.name ?? String(stage.index), MAX_STAGE_IN_TAG)}-` : '';
  const buildArgs = expandBuildArgs(options, facts);
  const annotations = mapValues(options.annotations, (value, key) => text(value, `annotations.${key}`));
  const platforms = wholePlatforms(options, facts.project);
  const { manifest, ...indexed } = annotationLevels(annotations, options.platforms[0]);
  const labels = mapValues(options.labels, (value, key) => text(value, `labels.${key}`));
  const consumed = consumedArgs(files.parsed, options.target);
  const volatile = [source.commit, source.commit?.slice(0, 7), source.branch, ...source.volatile].filter(
    (value) => value !== undefined,
  );
  const variant = variantOf({
    target: finalStage ? undefined : (stage.name ?? String(stage.index)),
    platforms: options.platforms,
    buildArgs,
    consumed,
    volatile,
  });
  /** An index of some platforms under the tags of the whole would take the others away from them. */
  const partTags = (): string[] | undefined => {
    const [platform] = options.platforms;
    if (platform === undefined || options.platforms.length === platforms.length) return undefined;
    if (options.platforms.length > 1 || trust.tier === 'untrusted') return [];
    const part = { ...facts, stage: stage.name ?? String(stage.index), platform };
    return [`${image}:${partTag(part, trust.tier)}`];
  };
  return {
    image,
    registryKnown,
    trust,
    scope,
    output,
    tags: output.push ? (partTags() ?? tagsOf(options, '{shortSha}', image, name, prefix)) : [],
    loadTags: output.load ? tagsOf(options, 'dev', image, name, prefix) : [],
    stage,
    finalStage,
    variant: variant.name,
    buildArgs,
    labels,
    // One platform of several has the index's annotations in the index.
    annotations: platforms.length > 1 ? manifest : annotations,
    indexed,
    platforms,
    warnings: [
      ...output.warnings,
      ...argWarnings(options, consumed, variant.volatileArgs),
      ...contextWarnings(facts),
    ],
    name,
  };
}

function imageOf(options: BuildOptions, name: Identity['name']): string {
  const image = name(options.image, 'image');
  if (options.registry === undefined) return checkImage(image, 'image');
  const registry = checkRegistry(name(options.registry, 'registry'));
  return checkImage(hasHost(image) ? image : `${registry}/${image}`, 'image');
}

function tagsOf(
  options: BuildOptions,
  byDefault: string,
  image: string,
  name: Identity['name'],
  prefix: string,
): string[] {
  const tags = (options.tags ?? [byDefault]).map((template) =>
    checkTag(prefix + name(template, 'tags'), 'tags'),
  );
  return [...new Set(tags)].map((tag) => `${image}:${tag}`);
}

function argWarnings(
  options: BuildOptions,
  consumed: readonly string[],
  volatileArgs: readonly string[],
): Warning[] {
  const unused = Object.keys(options.buildArgs).filter(
    (name) => !consumed.includes(name) && !/^(BUILDKIT_|SOURCE_DATE_EPOCH$)/.test(name),
  );
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

function contextWarnings({ files }: Facts): Warning[] {
  if (files.contextDecided) return [];
  return [
    {
      code: 'CONTEXT_UNDECIDED',
      message: `the build context is a guess: ${files.context} (${files.contextReason})`,
      hint: 'Set the option `context`.',
    },
  ];
}

function mapValues(
  record: Readonly<Record<string, string>>,
  map: (value: string, key: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
