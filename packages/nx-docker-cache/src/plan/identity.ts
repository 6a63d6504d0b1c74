import { consumedArgs, contextSources, resolveTarget } from '../dockerfile';
import { DockerCacheError } from '../errors';
import type { Stage } from '../model/dockerfile';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { Warning } from '../model/plan';
import { expandBuildArgs } from './build-args';
import { checkProjectName } from './names';
import { annotationLevels, type AnnotationLevels } from './annotations';
import { namingOf, type Naming } from './image-refs';
import { isKept } from './kept-tags';
import { marksOf, type Marks } from './marks';
import { partTag, wholePlatforms } from './part';
import { expand } from './template';
import { templateValues } from './values';
import { variantOf } from './variant';

/** What a build is, before any engine is asked: name, tags, scope, trust and expanded texts. */
export interface Identity extends Pick<
  Naming,
  'image' | 'registryKnown' | 'trust' | 'scope' | 'output' | 'name'
> {
  /** Full references that are pushed. */
  readonly tags: readonly string[];
  /** Full references that the engine gets. */
  readonly loadTags: readonly string[];
  /**
   * Full references by which other builds of the run read it: those that are given or refused, else those that would be. None of
   * several platforms that go nowhere, which nobody can read.
   */
  readonly names: readonly string[];
  /** What its tags for this tool say of it, and what they say of those that it may take. */
  readonly marks: Marks;
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
}

/**
 * @param beside true for a stage that is built beside the target: its tags say which stage they hold
 * @throws DockerCacheError for options that the facts contradict
 */
export function identify(options: BuildOptions, facts: Facts, beside = false): Identity {
  checkProjectName(facts.project.name);
  const { source, files } = facts;
  // Stages that this build leaves out may be images of others.
  const stages = [...options.stages, ...files.parsed.stages.flatMap((one) => one.name ?? [])];
  const naming = namingOf({ ...options, stages }, facts);
  const { image, registryKnown, defaultBranch, trust, scope, output, name } = naming;
  const stage = resolveTarget(files.parsed, options.target);
  const finalStage = stage.index === files.parsed.stages.length - 1;
  const text = (template: string, where: string): string =>
    expand(template, templateValues(facts, scope, defaultBranch, 'text'), facts.environment, where);
  const ownStage = beside ? (stage.name ?? String(stage.index)) : undefined;
  const buildArgs = expandBuildArgs(options, facts);
  const annotations = mapValues(options.annotations, (value, key) => text(value, `annotations.${key}`));
  const marks = marksOf(trust.tier, source, options.skip);
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
    if (options.platforms.length > 1 || marks.own === undefined) return [];
    const part = { ...facts, stage: stage.name ?? String(stage.index), platform };
    return [`${image}:${partTag(part, marks.own)}`];
  };
  const tags = output.push ? (partTags() ?? naming.refs('pushed', ownStage)) : [];
  const refused = output.push ? naming.refused(ownStage) : [];
  const loadTags = output.load ? naming.refs('loaded', ownStage) : [];
  return {
    ...{ image, registryKnown, trust, scope, output, name },
    ...{ tags, loadTags, marks },
    names:
      output.push || output.load
        ? [...new Set([...tags, ...loadTags, ...refused])]
        : platforms.length < 2
          ? wouldBe(naming, ownStage)
          : [],
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
      ...refusedWarnings(refused, trust.reason),
      ...argWarnings(options, consumed, variant.volatileArgs),
      ...contextWarnings(facts, options.target),
    ],
  };
}

/** An image that goes nowhere needs no tag: templates of one that cannot be expanded are no error. */
function wouldBe({ refs }: Naming, stage: string | undefined): string[] {
  try {
    return refs('any', stage);
  } catch (error) {
    if (error instanceof DockerCacheError) return [];
    throw error;
  }
}

function refusedWarnings(refused: readonly string[], reason: string): Warning[] {
  return refused.map((ref) => {
    const isOurs = isKept(ref.slice(ref.lastIndexOf(':') + 1));
    return {
      code: 'TAG_REFUSED',
      message: isOurs
        ? `${ref} is not pushed: tags that begin so are kept for caches and keys`
        : `${ref} is not pushed: only the default branch and protected branches give it; this is ${reason}`,
      hint: isOurs
        ? 'Put something before it in the option `tags`, for instance branch-{branch}.'
        : 'Leave it to `publish`, or put {branch}, {scope} or {shortSha} into the option `tags`.',
    };
  });
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

/** A build that reads no file has every context alike. */
function contextWarnings({ files }: Facts, target: string | undefined): Warning[] {
  if (files.contextDecided || contextSources(files.parsed, target).length === 0) return [];
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
