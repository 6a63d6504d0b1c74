import type { InspectedDockerfile } from '../model/inspection';

/** Something about a Dockerfile that wants a look, with what to do. */
export interface Finding {
  readonly path: string;
  readonly line: number | undefined;
  readonly kind: 'broken' | 'missing' | 'superfluous' | 'unresolved' | 'undecided' | 'synthetic';
  readonly what: string;
  readonly cure: string;
}

/** The worst first: what cannot be built, what is built wrongly, what is built too often, what is not known. */
export function findingsOf(entry: InspectedDockerfile): Finding[] {
  return [broken, missing, superfluous, unresolved, undecided, synthetic].flatMap((find) =>
    find(entry).map((finding) => ({ path: entry.path, ...finding })),
  );
}

type Found = Omit<Finding, 'path'>;

function broken({ problem }: InspectedDockerfile): Found[] {
  if (problem === undefined) return [];
  const { line, message, hint } = problem;
  return [{ line, kind: 'broken', what: message, cure: hint ?? 'Correct it.' }];
}

function missing({ drift, context }: InspectedDockerfile): Found[] {
  return drift.flatMap(({ missing: projects }) =>
    projects.map(({ root, line, chain, manifestOnly }) => {
      const path = within(root, context?.path ?? '.');
      return {
        ...{ line, kind: 'missing' as const },
        what: `${manifestOnly ? `only the manifest of ${root}` : root} is ${manifestOnly ? '' : 'not '}copied, and ${chain[0]!} needs ${manifestOnly ? 'all of it' : 'it'}: ${chain.join(' → ')}`,
        cure: `add COPY ${path} ${path} after line ${line}`,
      };
    }),
  );
}

function superfluous({ drift }: InspectedDockerfile): Found[] {
  return drift.flatMap(({ project, superfluous: copies }) =>
    copies.map(({ path, line, project: copied }) => ({
      ...{ line, kind: 'superfluous' as const },
      what: `${path} is copied, and ${project} does not need ${copied}: each change there builds the image again`,
      cure: `take it out of line ${line}, or let ${project} depend on ${copied}`,
    })),
  );
}

function unresolved({ unresolved: all }: InspectedDockerfile): Found[] {
  return all.map(({ line, text, reason }) => ({
    ...{ line, kind: 'unresolved' as const },
    what: `${text}: ${reason}`,
    cure: 'give it a value, with a default in the Dockerfile or with buildArgs',
  }));
}

function undecided({ context, instructions }: InspectedDockerfile): Found[] {
  // Where nothing is read of a context, any will do.
  const isRead = instructions.some(({ from }) => from === undefined);
  if (context === undefined || context.decided || !isRead) return [];
  return [
    {
      line: undefined,
      kind: 'undecided',
      what: `the context: ${context.reason}`,
      cure: 'set the option context',
    },
  ];
}

function synthetic({ synthetic: sources }: InspectedDockerfile): Found[] {
  return sources.map(({ path, line }) => ({
    ...{ line, kind: 'synthetic' as const },
    what: `there is no ${path}, and no task is known to write it`,
    cure: 'make it before the build, or name it in the outputs of the task that does',
  }));
}

/** A path as COPY names it. */
function within(path: string, context: string): string {
  return context === '.' || !path.startsWith(`${context}/`) ? path : path.slice(context.length + 1);
}
