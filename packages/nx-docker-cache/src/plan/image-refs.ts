import { DockerCacheError } from '../errors';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import { isOthersTag } from './build-tags';
import { defaultBranchOf } from './defaults';
import { isKept, stagePrefix } from './kept-tags';
import { checkImage, checkRegistry, checkTag, hasHost, ownNamesValid } from './names';
import { outputOf, type OutputDecision } from './output';
import { scopeOf, type Scope } from './scope';
import { slug } from './slug';
import { expand } from './template';
import { trustOf, type Trust } from './trust';
import { templateValues } from './values';

/** A tag holds 128 characters, most of them for what stands after the stage. */
const MAX_STAGE_IN_TAG = 40;

/** Options that decide what an image is called and where it goes. */
export const NAMING_OPTIONS = [
  ...(['image', 'registry', 'tags', 'push', 'load', 'platforms'] as const),
  ...(['defaultBranch', 'protectedBranches', 'stages'] as const),
] as const;

type Use = 'pushed' | 'loaded' | 'any';
type NamingOptions = Pick<BuildOptions, (typeof NAMING_OPTIONS)[number]>;

/** What an image is called and where it goes: its Dockerfile has no say in it. */
export interface Naming {
  readonly image: string;
  readonly registryKnown: boolean;
  readonly defaultBranch: string;
  readonly trust: Trust;
  readonly scope: Scope;
  readonly output: OutputDecision;
  /** Expands a template to a part of a reference, as another scope where one is named. */
  readonly name: (template: string, where: string, scope?: string) => string;
  /**
   * Full references, of those that are pushed, loaded, or of either where the image goes nowhere.
   * @param stage of a build beside the target: its tags say which one they hold
   * @throws DockerCacheError for a template that cannot be expanded, or gives no tag
   */
  readonly refs: (use: Use, stage?: string) => string[];
  /** Full references that are asked for and not pushed, as builds of other branches give them. */
  readonly refused: (stage?: string) => string[];
}

/** @throws DockerCacheError for options that the facts contradict */
export function namingOf(
  options: NamingOptions,
  facts: Pick<Facts, 'project' | 'source' | 'environment'>,
): Naming {
  const { source, project, environment } = facts;
  const { branch: defaultBranch } = defaultBranchOf(options.defaultBranch, source);
  const trust = trustOf(source, defaultBranch, options.protectedBranches);
  const scope = scopeOf(source, defaultBranch, trust.tier);
  const name: Naming['name'] = (template, where, label = scope.label) =>
    expand(
      ownNamesValid(template, project),
      templateValues(facts, { label }, defaultBranch, 'name'),
      environment,
      where,
    );
  const image = imageOf(options, name);
  const registryKnown = hasHost(image);
  const output = outputOf(options, source, trust.tier, registryKnown);
  const line = { source, trust, defaultBranch, protectedBranches: options.protectedBranches };
  const isRefused = (template: string, prefix: string): boolean => {
    const tag = name(template, 'tags');
    if (isKept(tag) && tag === template) throw keptTag(tag);
    // A branch may be called as anybody likes, `cache-main` too, or `builder-main` as the image of a stage is.
    const others = options.stages.map(prefixOf).filter((one) => tag.startsWith(one));
    const meanings = [tag, prefix + tag, ...others.map((one) => tag.slice(one.length))];
    return isKept(tag) || meanings.some((meaning) => isOthersTag(meaning, template, line));
  };
  const full = (templates: readonly string[], prefix: string): string[] => {
    const tags = templates.map((template) => checkTag(prefix + name(template, 'tags'), 'tags'));
    return [...new Set(tags)].map((tag) => `${image}:${tag}`);
  };
  const refs: Naming['refs'] = (use, stage) => {
    const pushed = source.commit === undefined && options.tags !== undefined ? '{scope}' : '{shortSha}';
    const byDefault = use === 'pushed' || (use === 'any' && registryKnown) ? pushed : 'dev';
    const prefix = prefixOf(stage);
    const given = (options.tags ?? [byDefault]).filter((tag) => use !== 'pushed' || !isRefused(tag, prefix));
    return full(given.length === 0 ? [byDefault] : given, prefix);
  };
  const refused: Naming['refused'] = (stage) => {
    const prefix = prefixOf(stage);
    return full(
      (options.tags ?? []).filter((tag) => isRefused(tag, prefix)),
      prefix,
    );
  };
  return { image, registryKnown, defaultBranch, trust, scope, output, name, refs, refused };
}

/** What the tags of a stage's image begin with. */
function prefixOf(stage: string | undefined): string {
  return stage === undefined ? '' : stagePrefix(slug(stage, MAX_STAGE_IN_TAG));
}

function imageOf({ image: template, registry: host }: NamingOptions, name: Naming['name']): string {
  const image = name(template, 'image');
  if (host === undefined) return checkImage(image, 'image');
  const registry = checkRegistry(name(host, 'registry'));
  return checkImage(hasHost(image) ? image : `${registry}/${image}`, 'image');
}

function keptTag(tag: string): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_REFERENCE',
    message: 'tags gives a tag that is kept for caches and keys',
    expected: 'a tag that does not begin with cache-, key-, part-, task- or times--',
    found: tag,
    hint: 'Give the image another tag.',
  });
}
