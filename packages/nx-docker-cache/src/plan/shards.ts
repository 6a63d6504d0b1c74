import { DockerCacheError } from '../errors';
import type { Shard } from '../model/matrix';

/** A build, in a split over agents. */
export interface ShardWork {
  readonly name: string;
  /** Builds of one project stay together: they share stages, and their runner takes them as one. */
  readonly project: string;
  readonly seconds: number;
  /** Builds that have to come before it, by the same agent where they are among the work. */
  readonly needs: readonly string[];
}

/** `projects`: names of the work, in order. */
export type PlannedShard = Omit<Shard, 'builds' | 'scripts' | 'tasks'>;

interface Group {
  /** In the order to build them in. */
  readonly names: readonly string[];
  readonly seconds: number;
}

/**
 * Splits work over agents, those that stand on each other's images kept together: longest first, each to the agent that
 * has least to do. The same work gives the same split. Shards that would be empty are left out.
 * @throws DockerCacheError IMAGE_CYCLE
 */
export function planShards(work: readonly ShardWork[], count: number): PlannedShard[] {
  const shards = Array.from({ length: count }, () => ({ names: [] as string[], seconds: 0 }));
  for (const group of groupsOf(work)) {
    const least = shards.reduce((best, one) =>
      one.seconds < best.seconds || isEmptier(one, best) ? one : best,
    );
    least.names.push(...group.names);
    least.seconds += group.seconds;
  }
  return shards
    .filter(({ names }) => names.length > 0)
    .map(({ names, seconds }, index) => ({ shard: index + 1, projects: names, seconds: rounded(seconds) }));
}

/** Work that costs nothing is spread too. */
function isEmptier(one: { names: string[]; seconds: number }, best: typeof one): boolean {
  return one.seconds === best.seconds && one.names.length < best.names.length;
}

export function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

/** Longest first. */
function groupsOf(work: readonly ShardWork[]): Group[] {
  const byName = new Map([...work].sort(byNames).map((one) => [one.name, one]));
  const near = new Map<string, string[]>([...byName.keys()].map((name) => [name, []]));
  const first = new Map<string, string>();
  for (const { name, project, needs } of byName.values()) {
    const other = first.get(project) ?? name;
    first.set(project, other);
    for (const need of [...needs, other]) {
      if (need === name || !byName.has(need)) continue;
      near.get(name)!.push(need);
      near.get(need)!.push(name);
    }
  }
  const seen = new Set<string>();
  const groups: Group[] = [];
  for (const name of byName.keys()) {
    if (seen.has(name)) continue;
    const members = reachedFrom(name, near);
    members.forEach((member) => seen.add(member));
    const names = ordered(members, byName);
    groups.push({ names, seconds: names.reduce((sum, one) => sum + byName.get(one)!.seconds, 0) });
  }
  return groups.sort(
    (left, right) => right.seconds - left.seconds || byText(left.names[0]!, right.names[0]!),
  );
}

function reachedFrom(name: string, near: ReadonlyMap<string, readonly string[]>): string[] {
  const members = new Set([name]);
  for (const member of members) near.get(member)!.forEach((other) => members.add(other));
  return [...members].sort(byText);
}

/** What others need comes first, else by name. */
function ordered(members: readonly string[], byName: ReadonlyMap<string, ShardWork>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (done.has(name)) return;
    if (path.includes(name)) throw cycle([...path.slice(path.indexOf(name)), name]);
    path.push(name);
    for (const need of [...byName.get(name)!.needs].sort(byText))
      if (need !== name && byName.has(need)) visit(need);
    path.pop();
    done.add(name);
  };
  members.forEach(visit);
  return [...done];
}

function cycle(names: readonly string[]): DockerCacheError {
  return new DockerCacheError({
    code: 'IMAGE_CYCLE',
    message: `builds wait for one another in a circle: ${names.join(' → ')}`,
    expected: 'a build to start with',
    found: "each of them stands on another one's image, or its task runner lets it wait for that",
    hint: 'Let one of them start from another image, name what was published before by its digest, or correct `dependsOn`.',
  });
}

function byNames(left: ShardWork, right: ShardWork): number {
  return byText(left.name, right.name);
}

function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
