/** A workspace with a change: files in memory, and what git and a task runner would say of it. */
import type { CiAnswer } from '../../src/affected';
import type { AffectedReport } from '../../src/model/affected';
import type { SourceFacts } from '../../src/model/facts';
import type { SurveyedProject } from '../../src/model/survey';
import { namedTasks } from '../../src/options/named-tasks';
import { findAffected, type AffectedPorts } from '../../src/pipeline/affected';
import type { RunnerOrder, RunnerPort, RunnerTask } from '../../src/ports/changes';
import type { ProbeResult } from '../../src/ports/probe';
import { parseAffected } from '../affected-schema';
import { fakeWorld } from './world';

export interface ChangedWorld {
  readonly files: Readonly<Record<string, string>>;
  readonly changed?: readonly string[];
  readonly projects: readonly SurveyedProject[];
  /** Names of commits, and what they are. */
  readonly commits?: Readonly<Record<string, string>>;
  readonly shallow?: boolean;
  /** Merge bases of two commits; without one it is the left of the two. */
  readonly mergeBase?: (left: string, right: string) => string | undefined;
  /** Text of files at the base. */
  readonly before?: Readonly<Record<string, string>>;
  readonly runner?: {
    readonly name: RunnerPort['name'];
    readonly tasks: readonly RunnerTask[];
    readonly order?: readonly RunnerOrder[];
  };
  readonly source?: Partial<SourceFacts>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ci?: CiAnswer;
  readonly links?: readonly string[];
  /** What the registry says of a reference; without it nothing is there. */
  readonly registry?: (ref: string) => ProbeResult;
  /** What other agents have left of how long builds took. */
  readonly times?: (ref: string) => number | undefined;
  readonly asked?: { readonly base?: string; readonly head?: string; readonly check?: boolean };
}

export const BASE = 'b'.repeat(40);
export const HEAD = 'a'.repeat(40);

/** What the ports were asked. */
export interface AskedOf {
  readonly ranges: { readonly base: string; readonly head: string | undefined }[];
}

export function changedPorts(world: ChangedWorld, asked: AskedOf = { ranges: [] }): AffectedPorts {
  const { files, ports } = fakeWorld({
    files: world.files,
    source: world.source,
    environment: world.environment,
  });
  world.links?.forEach((path) => files.links.add(path));
  const kind = world.runner?.name === 'nx' ? 'nx' : 'plain';
  const commits: Readonly<Record<string, string>> = { HEAD, base: BASE, [BASE]: BASE, ...world.commits };
  return {
    ...ports,
    workspace: {
      ...ports.workspace,
      facts: () => ({ root: '/repo', kind }),
      projectNodes: async () =>
        world.projects.map(({ name, root, dependencies }) => ({
          ...{ name, root, runsAtInstall: false, installReads: [], bins: [] },
          dependencies: dependencies.map(({ to }) => to),
        })),
      survey: async () => ({ tools: ['npm'], projects: world.projects }),
      builds: async () => world.projects,
      project: async (name, target = 'docker-build') => {
        const { root, builds } = world.projects.find((project) => project.name === name)!;
        return { name, root, target, options: builds.find((build) => build.target === target)!.options };
      },
      publication: async (name, target = 'docker-build') => {
        const { root, builds } = world.projects.find((project) => project.name === name)!;
        const { options } = builds.find((build) => build.target === target)!;
        const tasks = namedTasks(options);
        return { name, root, build: { target, options }, options: {}, tasks, release: false };
      },
    },
    tracked: async () => [],
    registry: world.registry === undefined ? ports.registry : registryOf(world.registry, ports.registry),
    times: { ...ports.times, read: async (ref) => world.times?.(ref) },
    probe: world.registry === undefined ? ports.probe : probeOf(world.registry),
    changes: {
      commit: async (name) => (commits[name] === '' ? undefined : commits[name]),
      mergeBase: async (left, right) => {
        if (world.mergeBase !== undefined) return world.mergeBase(left, right);
        return world.shallow === true ? undefined : left;
      },
      isShallow: async () => world.shallow === true,
      files: async (range) => {
        asked.ranges.push(range);
        return world.changed ?? [];
      },
      textAt: async (_, path) => world.before?.[path],
    },
    runner: {
      name: world.runner?.name ?? 'git',
      affected: async () => world.runner?.tasks,
      order: async () => world.runner?.order ?? [],
    },
    ciBase: () => world.ci,
  };
}

function probeOf(registry: (ref: string) => ProbeResult): AffectedPorts['probe'] {
  const ask = async (ref: string): Promise<ProbeResult> => registry(ref);
  return { probe: ask, probeOnce: ask, probeCache: ask };
}

function registryOf(
  registry: (ref: string) => ProbeResult,
  others: AffectedPorts['registry'],
): AffectedPorts['registry'] {
  return {
    ...others,
    headManifest: async (ref: string) => {
      const result = registry(ref);
      if (result.state !== 'present') return undefined;
      return {
        digest: result.digest ?? '',
        size: 1,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
      };
    },
  };
}

/** A report that keeps its promise. */
export async function affectedIn(world: ChangedWorld, asked?: AskedOf): Promise<AffectedReport> {
  const request = { base: 'base', head: undefined, check: false, ...world.asked };
  return parseAffected(JSON.stringify(await findAffected(request, changedPorts(world, asked))));
}
