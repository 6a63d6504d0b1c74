import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import type { CiOptions } from '../../options/generators';
import { defaultBaseIn } from '../../plan';
import { toolsOf, type CiFacts } from '../../setup/ci';
import { PACKAGE } from '../shared/package';
import type { GraphTargets } from './graph-targets';

const BUILD = 'docker-build';
const PUBLISH = 'docker-publish';

type Known = Omit<CiFacts, 'registry'> & { readonly registry: string | undefined };

/** What the workspace tells of itself, and the options before that. @param targets that its graph has */
export function ciFacts(
  tree: Tree,
  { ci, registry, shards, defaultBranch }: CiOptions,
  { tasks, publish }: GraphTargets,
): Known {
  const nxJson = devkit().readNxJson(tree);
  const plugins = (nxJson?.plugins ?? []).flatMap((entry) =>
    typeof entry !== 'string' && entry.plugin === PACKAGE ? [record(entry.options)] : [],
  );
  return {
    ...toolsOf(tree.children(''), (path) => tree.read(path, 'utf8') ?? undefined),
    ...{ service: ci, runner: 'nx', shards: shards ?? 3 },
    registry: registry ?? first(plugins, (options) => options['registry']),
    defaultBranch:
      defaultBranch ??
      first(plugins, (options) => options['defaultBranch']) ??
      defaultBaseIn({ ...nxJson })?.branch ??
      'main',
    targets: {
      tasks,
      build: first(plugins, (options) => options['targetName']) ?? BUILD,
      // Before there is an image, or a registry in nx.json, nothing is inferred that publishes.
      publish:
        publish.length > 0
          ? publish
          : [first(plugins, (options) => record(options['publish'])['targetName']) ?? PUBLISH],
    },
  };
}

/** What the first entry says that says anything: a plugin may be listed several times, for a part of the projects each. */
function first(
  plugins: readonly Readonly<Record<string, unknown>>[],
  read: (options: Readonly<Record<string, unknown>>) => unknown,
): string | undefined {
  return plugins.map((options) => text(read(options))).find((found) => found !== undefined);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
