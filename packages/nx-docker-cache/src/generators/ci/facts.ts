import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import type { CiOptions } from '../../options/generators';
import { toolsOf, type CiFacts } from '../../setup/ci';
import { PACKAGE } from '../shared/package';

const BUILD = 'docker-build';
const PUBLISH = 'docker-publish';

type Known = Omit<CiFacts, 'registry'> & { readonly registry: string | undefined };

/** What the workspace tells of itself, and the options before that. */
export function ciFacts(tree: Tree, { ci, registry, shards, defaultBranch }: CiOptions): Known {
  const nxJson = devkit().readNxJson(tree);
  const plugin = (nxJson?.plugins ?? []).flatMap((entry) =>
    typeof entry !== 'string' && entry.plugin === PACKAGE ? [record(entry.options)] : [],
  )[0];
  const projects = Object.values(record(plugin?.['projects']));
  const tasks = projects.flatMap((project) => Object.keys(record(record(project)['tasks'])));
  return {
    ...toolsOf(tree.children(''), (path) => tree.read(path, 'utf8') ?? undefined),
    ...{ service: ci, runner: 'nx', shards: shards ?? 3 },
    registry: registry ?? text(plugin?.['registry']),
    defaultBranch: defaultBranch ?? nxJson?.defaultBase?.replace(/^origin\//, '') ?? 'main',
    targets: {
      build: text(plugin?.['targetName']) ?? BUILD,
      publish: text(record(plugin?.['publish'])['targetName']) ?? PUBLISH,
      tasks: [...new Set(tasks)].sort().map((task) => `docker-${task}`),
      named: [],
    },
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
