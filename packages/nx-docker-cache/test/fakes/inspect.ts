/** A workspace for `inspect`: files in memory, and what a survey would say of it. */
import type { InspectedDockerfile, Inspection } from '../../src/model/inspection';
import type { ProjectDependency, SurveyedProject } from '../../src/model/survey';
import { inspectWorkspace, type InspectPorts } from '../../src/pipeline/inspect';
import { sourceOf } from './facts';
import { FakeFiles } from './files';

export interface InspectedWorld {
  readonly files: Readonly<Record<string, string>>;
  readonly projects?: readonly SurveyedProject[];
  readonly kind?: 'nx' | 'plain';
  readonly name?: string;
}

/** @param needs names; a leading `dev:` marks what only builds and tests need */
export function projectOf(
  root: string,
  needs: readonly string[] = [],
  more: Partial<SurveyedProject> = {},
): SurveyedProject {
  const dependencies = needs.map((need): ProjectDependency => {
    const development = need.startsWith('dev:');
    return { to: need.replace(/^dev:/, ''), kind: development ? 'development' : 'runtime' };
  });
  const name = root.split('/').at(-1)!;
  return { name, root, targets: {}, builds: [], dependencies, dependenciesKnown: true, ...more };
}

/** A target that builds an image. */
export function builds(
  ...options: readonly Readonly<Record<string, unknown>>[]
): Pick<SurveyedProject, 'builds'> {
  return {
    builds: (options.length === 0 ? [{}] : options).map((one, index) => ({
      target: index === 0 ? 'docker-build' : `docker-build-${index + 1}`,
      options: one,
    })),
  };
}

export function inspected(world: InspectedWorld): Promise<Inspection> {
  return inspectWorkspace(inspectPorts(world), world.name);
}

export function inspectPorts({ files, projects = [], kind = 'plain' }: InspectedWorld): InspectPorts {
  return {
    workspace: {
      facts: () => ({ root: '/repo/acme', kind }),
      survey: async () => ({ tools: ['npm'], projects }),
      builds: async () => projects,
      project: async (wanted) => Promise.reject(new Error(`no project ${wanted}`)),
      publication: async (wanted) => Promise.reject(new Error(`no project ${wanted}`)),
      projectNodes: async () => [],
    },
    files: new FakeFiles(files),
    source: { facts: async () => sourceOf({ commit: '0123456789abcdef' }) },
    environment: {
      platform: 'linux',
      clientProxies: false,
      get: (key) => (key === 'SET' ? 'value' : undefined),
    },
  };
}

/** The one entry of a world with one Dockerfile. */
export async function inspectOne(world: InspectedWorld): Promise<InspectedDockerfile> {
  const { dockerfiles } = await inspected(world);
  if (dockerfiles.length !== 1) throw new Error(`${dockerfiles.length} entries`);
  return dockerfiles[0]!;
}
