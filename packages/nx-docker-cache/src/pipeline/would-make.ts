import { DockerCacheError } from '../errors';
import { parseBuildOptions, readPlatforms } from '../options';
import { NAMING_OPTIONS, namingOf, type Writes } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { readEnvironment } from './gather';
import type { Ports } from './ports';

/** Without these nobody knows what the image would have been called. */
const INDISPENSABLE: readonly string[] = ['image', 'registry', 'tags'];

/**
 * References that a build would have made which is not understood: a Dockerfile that cannot be read, or options that
 * are wrong, say nothing against its names.
 * @returns none where the names themselves are what is wrong
 */
export async function wouldMake(project: WorkspaceProject, ports: NamingPorts): Promise<string[]> {
  const { pushes, loads, refused, refs } = await wouldWrite(project, ports);
  return pushes.length + loads.length > 0 ? [...pushes, ...loads, ...refused] : refs();
}

/** What a build would push and load here and now: its options alone say so, and no file is read. */
export interface WouldWrite extends Pick<Writes, 'pushes' | 'loads'> {
  /** What is asked for and not pushed: the names of other branches' images. Others of the run read it so all the same. */
  readonly refused: readonly string[];
  /** References by which others would read it, should it go nowhere. */
  readonly refs: () => string[];
}

/** @returns none where the names themselves are wrong */
export async function wouldWrite(
  { name, root, target, platforms, options: raw }: WorkspaceProject,
  ports: NamingPorts,
): Promise<WouldWrite> {
  try {
    const options = parseBuildOptions(withoutWrong(raw), name);
    const facts = {
      project: { name, root, target, platforms: readPlatforms(platforms) },
      source: await ports.source.facts(),
      environment: readEnvironment(options, ports),
    };
    const { output, refs, refused } = namingOf(options, facts);
    const stages = [undefined, ...options.stages];
    const all = (use: 'pushed' | 'loaded' | 'any'): string[] => stages.flatMap((stage) => refs(use, stage));
    return {
      pushes: output.push ? all('pushed') : [],
      loads: output.load ? all('loaded') : [],
      refused: output.push ? stages.flatMap(refused) : [],
      refs: () => orNone(() => all('any')),
    };
  } catch (error) {
    if (error instanceof DockerCacheError) return { pushes: [], loads: [], refused: [], refs: () => [] };
    throw error;
  }
}

type NamingPorts = Pick<Ports, 'source' | 'environment'>;

function orNone(refs: () => string[]): string[] {
  try {
    return refs();
  } catch (error) {
    if (error instanceof DockerCacheError) return [];
    throw error;
  }
}

/** The options of names and stages, but those that are wrong by themselves. @throws DockerCacheError INVALID_OPTIONS */
function withoutWrong(raw: unknown): Record<string, unknown> {
  const wanted: readonly string[] = NAMING_OPTIONS;
  const entries = Object.entries({ ...(raw as Record<string, unknown>) }).filter(([key]) =>
    wanted.includes(key),
  );
  return Object.fromEntries(
    entries.filter(([key, value]) => INDISPENSABLE.includes(key) || isRight({ [key]: value })),
  );
}

function isRight(option: Record<string, unknown>): boolean {
  try {
    parseBuildOptions(option, '');
    return true;
  } catch {
    return false;
  }
}
