import { DockerCacheError } from '../errors';
import { parseBuildOptions, readPlatforms } from '../options';
import { NAMING_OPTIONS, namingOf } from '../plan';
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
export async function wouldMake(
  { name, root, target, platforms, options: raw }: WorkspaceProject,
  ports: Pick<Ports, 'source' | 'environment'>,
): Promise<string[]> {
  try {
    const options = parseBuildOptions(withoutWrong(raw), name);
    const facts = {
      project: { name, root, target, platforms: readPlatforms(platforms) },
      source: await ports.source.facts(),
      environment: readEnvironment(options, ports),
    };
    const { output, refs } = namingOf(options, facts);
    const uses = [...(output.push ? ['pushed' as const] : []), ...(output.load ? ['loaded' as const] : [])];
    const stages = [undefined, ...options.stages];
    return (uses.length > 0 ? uses : ['any' as const]).flatMap((use) =>
      stages.flatMap((stage) => refs(use, stage)),
    );
  } catch (error) {
    if (error instanceof DockerCacheError) return [];
    throw error;
  }
}

/** The options of names and stages, but those that are wrong by themselves. @throws DockerCacheError INVALID_OPTIONS */
function withoutWrong(raw: unknown): Record<string, unknown> {
  const wanted: readonly string[] = [...NAMING_OPTIONS, 'stages'];
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
