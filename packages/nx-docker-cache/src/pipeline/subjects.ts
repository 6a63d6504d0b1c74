import { familiar } from '../dockerfile';
import { orderBuilds, type OrderedBuild } from '../plan';
import type { ImageDigestPort } from '../ports/content';
import type { LoggerPort } from '../ports/logger';
import type { WorkspaceProject } from '../ports/workspace';
import { mapBounded } from '../run/bounded';
import { checkRun } from './check-run';
import type { Engines } from './engines';
import { readsOf } from './lane';
import { namesOf } from './made-images';
import type { Ports } from './ports';
import { identifyBuild, type Identified } from './prepare';
import { checkSecrets } from './secrets';
import { identifyStages } from './stages';
import type { Unit } from './units';
import { wouldMake } from './would-make';

/** One build of a run. */
export interface BuildRequest {
  /** Unique in the run; errors name it. */
  readonly id: string;
  readonly project: WorkspaceProject;
  /** Where its lines go; undefined: to the logger of the ports. */
  readonly logger?: LoggerPort;
  /** Builds that have to be over before it, whatever it reads; those that are not in the run are left out. */
  readonly after?: readonly string[];
}

/** A request that was understood: the target, then the stages beside it. */
export interface Subject {
  readonly request: BuildRequest;
  readonly builds: readonly [Identified, ...Identified[]];
  readonly ports: Ports;
  readonly order: OrderedBuild;
  /** Builds of one lane can be one run. */
  readonly lane: string;
  /** Names, in familiar form, by which others of the run read what it makes and gives to nobody: only wired to it. */
  readonly onlyWired: ReadonlySet<string>;
}

type Read = Pick<Subject, 'request' | 'builds' | 'ports'>;

/** Projects whose files are read at a time. */
const AT_ONCE = 8;

/**
 * Reads what there is to build; bad input ends a build, not the run. What that build would have made is still its own:
 * builds on it need it, as they need one whose step fails.
 * @param fail called for each request that is not understood
 * @returns bases first
 * @throws DockerCacheError CONFLICTING_PLAN, IMAGE_CYCLE
 */
export async function readSubjects(
  requests: readonly BuildRequest[],
  ports: Ports,
  engines: Engines,
  fail: (id: string, thrown: unknown) => void,
): Promise<Subject[]> {
  const understood = await mapBounded(requests, AT_ONCE, (request) => readOne(request, ports, fail));
  const found = understood.filter((one) => 'builds' in one);
  const failed = understood.filter((one) => 'wouldMake' in one);
  const lanes = found.length > 1 ? await checkRun(found, engines) : found.map(() => '');
  const ordered = orderBuilds([
    ...failed.map(({ request, wouldMake: makes }) => ({ id: request.id, makes, reads: [], after: [] })),
    ...found.map(({ request: { id, after = [] }, builds }) => ({
      ...{ id, after },
      makes: builds.flatMap(({ identity }) => identity.names),
      reads: builds.flatMap(readsOf),
    })),
  ]);
  const places = new Map(found.map(({ request: { id } }, place) => [id, place]));
  const wired = new Map<string, Set<string>>();
  const subjects = ordered.flatMap((order): Subject[] => {
    const place = places.get(order.id);
    if (place === undefined) return [];
    const subject = { ...found[place]!, lane: lanes[place]!, order, onlyWired: new Set<string>() };
    wired.set(order.id, subject.onlyWired);
    const bases = new Map<string, string>();
    for (const [ref, id] of order.bases) {
      const at = places.get(id);
      const isGiven = at === undefined || isGivenAs(ref, found[at]!);
      const isWired = at !== undefined && lanes[at] === subject.lane && isSingle(subject);
      if (isGiven || isWired) bases.set(ref, id);
      else warnOf(subject, ref, id, 'which goes nowhere');
      if (!isGiven && isWired) wired.get(id)!.add(ref);
    }
    for (const { ref, maker } of order.strays) warnOf(subject, ref, maker, 'under other tags');
    return [{ ...subject, order: { ...order, bases } }];
  });
  return subjects;
}

/** What several platforms have in common is there when all of them are built, and not before. */
export function isSingle({ builds: [{ identity }] }: Pick<Read, 'builds'>): boolean {
  return identity.platforms.length < 2;
}

/**
 * false where an image is proven to be somewhere, and who reads it in this run would find another one under its name:
 * nothing is pushed or loaded that would change that, so it has to be built beside them.
 */
export async function stands(
  { prepared, skip }: Pick<Unit, 'prepared' | 'skip'>,
  { onlyWired }: Pick<Subject, 'onlyWired'>,
  imageDigests: ImageDigestPort,
): Promise<boolean> {
  const read = namesOf(prepared.identity).filter((ref) => onlyWired.has(ref));
  const there = await Promise.all(read.map((ref) => imageDigests.resolve(ref)));
  return there.every((found) => 'digest' in found && found.digest === skip?.digest);
}

async function readOne(
  request: BuildRequest,
  shared: Ports,
  fail: (id: string, thrown: unknown) => void,
): Promise<Read | { readonly request: BuildRequest; readonly wouldMake: readonly string[] }> {
  const ports = { ...shared, logger: request.logger ?? shared.logger };
  try {
    const main = await identifyBuild(request.project, ports);
    checkSecrets(main.options.secrets, ports.environment, ports.files);
    return { request, builds: [main, ...(await identifyStages(main, ports))], ports };
  } catch (thrown) {
    fail(request.id, thrown);
    return { request, wouldMake: await wouldMake(request.project, ports) };
  }
}

function isGivenAs(ref: string, { builds }: Read): boolean {
  return builds.some(({ identity: { tags, loadTags } }) =>
    [...tags, ...loadTags].some((given) => familiar(given) === ref),
  );
}

function warnOf({ ports }: Read, ref: string, maker: string, how: string): void {
  ports.logger.warn(`${ref} is read as the registry has it: ${maker} makes that image in this run, ${how}`);
}
