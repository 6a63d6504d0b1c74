import { familiar } from '../dockerfile';
import { DockerCacheError } from '../errors';
import { orderBuilds, type OrderedBuild } from '../plan';
import type { LoggerPort } from '../ports/logger';
import type { WorkspaceProject } from '../ports/workspace';
import { mapBounded } from '../run/bounded';
import { Around } from './around';
import { checkRun } from './check-run';
import { checkElsewhere, type OwnWrites } from './elsewhere';
import type { Engines } from './engines';
import { readsOf } from './lane';
import type { Ports } from './ports';
import { identifyBuild, type Identified } from './prepare';
import { checkSecrets } from './secrets';
import { identifyStages } from './stages';
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
  /** Names, in familiar form, by which others of the run read it and would not find it: where it is not pushed. */
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
  const around = new Around(ports);
  const understood = await mapBounded(requests, AT_ONCE, (request) => readOne(request, ports, around, fail));
  const found = understood.filter((one) => 'builds' in one);
  const failed = understood.filter((one) => 'wouldMake' in one);
  const lanes = found.length > 1 ? await checkRun(found, engines) : found.map(() => '');
  await checkElsewhere(found.map(writesOf), ports);
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
  const subjects: Subject[] = [];
  for (const order of ordered) {
    const place = places.get(order.id);
    if (place === undefined) continue;
    const subject = { ...found[place]!, lane: lanes[place]!, order, onlyWired: new Set<string>() };
    wired.set(order.id, subject.onlyWired);
    const bases = new Map<string, string>();
    for (const [ref, id] of order.bases) {
      const at = places.get(id);
      const base = at === undefined ? undefined : found[at]!;
      if (base === undefined || (await isFound(ref, base, engines))) {
        bases.set(ref, id);
      } else if (lanes[at!] === subject.lane && isSingle(subject) && isSingle(base)) {
        bases.set(ref, id);
        wired.get(id)!.add(ref);
      } else {
        warnOf(
          subject,
          ref,
          id,
          base.builds[0].identity.output.load ? 'which is loaded only' : 'which goes nowhere',
        );
      }
    }
    for (const { ref, maker } of order.strays) warnOf(subject, ref, maker, 'under other tags');
    subjects.push({ ...subject, order: { ...order, bases } });
  }
  return subjects;
}

function writesOf({ request: { id, project }, builds }: Read): OwnWrites {
  return {
    ...{ project: id, of: project },
    pushes: builds.flatMap(({ identity }) => identity.tags),
    loads: builds.flatMap(({ identity }) => identity.loadTags),
  };
}

/** What several platforms have in common is there when all of them are built, and not before. */
export function isSingle({ builds: [{ identity }] }: Pick<Read, 'builds'>): boolean {
  return identity.platforms.length < 2;
}

async function readOne(
  request: BuildRequest,
  shared: Ports,
  around: Around,
  fail: (id: string, thrown: unknown) => void,
): Promise<Read | { readonly request: BuildRequest; readonly wouldMake: readonly string[] }> {
  const ports = { ...shared, logger: request.logger ?? shared.logger };
  try {
    const main = await identifyBuild(request.project, ports, around);
    checkSecrets(main.options.secrets, ports.environment, ports.files);
    return { request, builds: [main, ...(await identifyStages(main, ports))], ports };
  } catch (thrown) {
    fail(request.id, thrown);
    return { request, wouldMake: await wouldMake(request.project, ports) };
  }
}

/** A FROM finds what is pushed, and what is loaded where the builder is the engine's own. */
async function isFound(ref: string, { builds }: Read, engines: Engines): Promise<boolean> {
  const isOf = (refs: readonly string[]): boolean => refs.some((given) => familiar(given) === ref);
  if (builds.some(({ identity }) => isOf(identity.tags))) return true;
  if (!builds.some(({ identity }) => isOf(identity.loadTags))) return false;
  try {
    return (await engines.facts(builds[0].options.builder)).driver === 'docker';
  } catch (error) {
    // The build's own turn says so.
    if (error instanceof DockerCacheError) return true;
    throw error;
  }
}

function warnOf({ ports }: Read, ref: string, maker: string, how: string): void {
  ports.logger.warn(`${ref} is read as the registry has it: ${maker} makes that image in this run, ${how}`);
}
