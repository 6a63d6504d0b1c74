import { parseArgs } from 'node:util';
import { composeAffectedPorts, composePorts } from '../adapters/compose';
import { concernedBuilds } from '../pipeline/affected';
import type { AskedRange } from '../pipeline/affected/range';
import { unbuiltIn } from '../pipeline/inspect';
import { namedBuild, type NamedBuild } from '../pipeline/named-build';
import { countOf } from '../pipeline/parallel';
import type { WorkspacePort } from '../ports/workspace';
import { RANGE_FLAGS } from './affected-flags';
import { BUILD_FLAGS, invocationOf, usage, wrongFlag, type Invocation } from './flags';

const USAGE = 'nx-docker-cache build <project…>, --all or --affected';

/** Which projects a build is for. */
export interface Choice {
  readonly invocation: Invocation;
  /** undefined where it is not a change that chooses. */
  readonly range: AskedRange | undefined;
  /** Builds of one solve at most; undefined where that was not said. */
  readonly parallel: number | undefined;
}

/** @throws DockerCacheError USAGE */
export function parseChoice(argv: readonly string[]): Choice {
  const { values, positionals } = parse(argv);
  const { affected = false, base, head, all = false } = values;
  const ways = [positionals.length > 0, all, affected].filter(Boolean).length;
  if (ways > 1) throw usage('names of projects, --all and --affected contradict each other', USAGE);
  if (ways === 0) throw usage('build needs a project', USAGE);
  if (!affected && (base !== undefined || head !== undefined))
    throw usage('--base and --head say what is affected', '--affected beside them');
  return {
    invocation: invocationOf(values, positionals),
    range: affected ? { base, head } : undefined,
    parallel: values.parallel === undefined ? undefined : parallelOf(values.parallel),
  };
}

function parallelOf(text: string): number {
  const count = countOf(text);
  if (count !== undefined) return count;
  throw usage(
    `--parallel ${text} does not say how many builds are solved at a time`,
    '--parallel with a number, 1 or more',
  );
}

/** Empty where nothing is affected. @param warn is told what may be missed @throws DockerCacheError USAGE, and what `findAffected` throws */
export async function chooseBuilds(
  { invocation: { projects, all }, range }: Choice,
  workspace: WorkspacePort,
  warn: (text: string) => void,
): Promise<readonly NamedBuild[]> {
  if (range !== undefined) {
    const { builds, warnings } = await concernedBuilds(range, composeAffectedPorts(workspace));
    warnings.forEach(warn);
    return builds.map(({ project, target }) => ({ name: project.name, target }));
  }
  if (!all) return Promise.all(projects.map((text) => namedBuild(text, workspace)));
  const every = (await workspace.builds()).flatMap(({ name, builds }) =>
    builds.map(({ target }) => ({ name, target })),
  );
  const unbuilt = await unbuiltIn(composePorts(workspace));
  if (unbuilt !== undefined) warn(unbuilt);
  if (every.length === 0) throw usage('no project of the workspace has a Docker build', USAGE);
  return every.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function parse(argv: readonly string[]) {
  const options = {
    ...BUILD_FLAGS,
    ...RANGE_FLAGS,
    affected: { type: 'boolean' },
    parallel: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrongFlag(error);
  }
}
