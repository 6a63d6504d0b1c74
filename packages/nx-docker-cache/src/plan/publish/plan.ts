import { DockerCacheError, suggest } from '../../errors';
import type {
  LeftOut,
  PlannedTag,
  PublicationPlan,
  PublishedBuild,
  PublishFacts,
  PublishOptions,
  TagRule,
} from '../../model/publication';
import { defaultBranchOf } from '../defaults';
import { stagePrefix } from '../kept-tags';
import { checkProjectName, checkTag } from '../names';
import { scopeOf } from '../scope';
import { matchesBranch } from '../trust';
import { checkReceipt } from './check-receipt';
import { Claims } from './claims';
import { FLAVOR_LATEST, mergeTags } from './collisions';
import { ruleContext } from './context';
import { DEFAULT_RULES } from './defaults';
import { checkRelease, refusalOf, type Policy } from './policy';
import { evaluateRule, latestTag, type Evaluated, type Idle } from './rules';
import { publishTrust, withBuild } from './trust';

/** A receipt that was read, with the path that names it in errors. */
export interface ReadReceipt {
  readonly path: string;
  readonly build: PublishedBuild;
}

/** A tag with the rule that gave it, before it belongs to an image. */
interface Candidate extends Omit<Evaluated, 'latest'> {
  readonly rule: string;
}

/**
 * Options, facts and a receipt → the tags that its image shall have. Pure.
 * @param receipt undefined where nothing may be published, and none was read
 * @throws DockerCacheError
 */
export function planPublication(
  options: PublishOptions,
  facts: PublishFacts,
  receipt: ReadReceipt | undefined,
): PublicationPlan {
  checkProjectName(facts.project.name);
  const { branch: defaultBranch } = defaultBranchOf(options.defaultBranch, facts.source);
  const own = publishTrust(options, facts, defaultBranch);
  const { name: project, target } = facts.project;
  const common = { version: 1 as const, project, target, dryRun: options.dryRun };
  if (own.tier === 'untrusted' || receipt === undefined) {
    const nothing = {
      image: undefined,
      digest: undefined,
      tags: [],
      refused: [],
      idle: [],
      moving: undefined,
    };
    return { ...common, ...nothing, trust: own, warnings: [] };
  }
  const { build, path } = receipt;
  const digest = checkReceipt(build, facts, path);
  const trust = withBuild(own, build, facts.source, defaultBranch);
  const policy: Policy = { ...trust, defaultBranch };
  const { candidates, refused, idle } = evaluateAll(options, facts, policy);
  checkRelease(facts.project.name, { gitTag: facts.source.gitTag, release: facts.release }, refused, policy);
  const image = { image: build.image, digest, stage: undefined };
  const targets = [image, ...options.stages.map((name) => stageOf(name, build, facts.project.name))];
  const { tags, warnings } = mergeTags(
    targets.flatMap((target) => candidates.map((candidate) => plannedTag(candidate, target, options))),
  );
  const moving = tags.find(
    ({ immutable, stage, tag }) => stage === undefined && !immutable && !isCommit(tag, facts),
  );
  return {
    ...{ ...common, image: build.image, digest, trust, tags, refused, idle, warnings },
    moving: (tags.find(({ tag, stage }) => stage === undefined && tag === 'latest') ?? moving)?.ref,
  };
}

/** true where no tag may be given, so that no receipt is needed. */
export function publishesNothing(options: PublishOptions, facts: PublishFacts): boolean {
  const { branch } = defaultBranchOf(options.defaultBranch, facts.source);
  return publishTrust(options, facts, branch).tier === 'untrusted';
}

function evaluateAll(
  options: PublishOptions,
  facts: PublishFacts,
  policy: Policy,
): { candidates: Candidate[]; refused: LeftOut[]; idle: LeftOut[] } {
  const scope = scopeOf(facts.source, policy.defaultBranch, policy.tier);
  const context = ruleContext(facts, scope, policy.defaultBranch);
  const rules = options.tags ?? DEFAULT_RULES;
  const claims = new Claims(rules, options, context);
  const evaluate = (rule: TagRule): Evaluated | Idle => {
    const found = evaluateRule(rule, options, context);
    const isOwners = policy.tier === 'trusted' || facts.source.branch === policy.defaultBranch;
    const isFree = 'idle' in found || !found.named || isOwners;
    if (isFree || !claims.has(found.tag, found.withCommit)) return found;
    return evaluateRule(rule, options, ruleContext(facts, scope, policy.defaultBranch, true));
  };
  const [given, idle]: [Candidate[], LeftOut[]] = [[], []];
  let latest: boolean | undefined;
  for (const rule of [...rules].sort((a, b) => b.priority - a.priority)) {
    const found = evaluate(rule);
    if ('idle' in found) {
      idle.push({ rule: rule.name, tag: undefined, reason: found.idle });
      continue;
    }
    latest ??= options.flavor.latest === 'auto' ? found.latest : options.flavor.latest;
    given.push({ ...found, rule: rule.name });
  }
  if (latest === true)
    given.push({
      ...{ tag: latestTag(options.flavor, context), rule: FLAVOR_LATEST },
      ...{ own: false, named: false, withCommit: false, full: false },
    });
  const judged = given.map((candidate) => ({
    candidate,
    reason: refusalOf(candidate, candidate.rule, policy, claims),
  }));
  return {
    candidates: judged.flatMap(({ candidate, reason }) => (reason === undefined ? [candidate] : [])),
    refused: judged.flatMap(({ candidate: { rule, tag }, reason }) =>
      reason === undefined ? [] : [{ rule, tag, reason }],
    ),
    idle,
  };
}

function plannedTag(
  { tag: bare, rule, full }: Candidate,
  { image, digest, stage }: { image: string; digest: string; stage: string | undefined },
  { immutable }: PublishOptions,
): PlannedTag {
  const tag = stage === undefined ? bare : checkTag(stagePrefix(stage) + bare, `stages: ${stage}`);
  return {
    ...{ ref: `${image}:${tag}`, tag, digest, image, stage, rules: [rule] },
    immutable:
      immutable?.length === 0
        ? false
        : full || (immutable ?? []).some((pattern) => matchesBranch(pattern, tag)),
  };
}

function stageOf(name: string, build: PublishedBuild, project: string): PublishedBuild['stages'][number] {
  const found = build.stages.find(({ stage }) => stage === name);
  if (found !== undefined) return found;
  const names = build.stages.map(({ stage }) => stage);
  const near = suggest(name, names);
  throw new DockerCacheError({
    code: 'UNKNOWN_STAGE',
    message: `the last build of ${project} has no image of stage ${JSON.stringify(name)}`,
    expected: names.length === 0 ? 'a build whose option `stages` names it' : `one of ${names.join(', ')}`,
    found: name,
    hint:
      near === undefined
        ? 'Name the stage in the option `stages` of the build, and build again.'
        : `Did you mean ${near}?`,
  });
}

function isCommit(tag: string, { source }: PublishFacts): boolean {
  return source.commit !== undefined && tag.includes(source.commit.slice(0, 7));
}
