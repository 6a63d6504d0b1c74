/** The composition root: the one place that knows which adapter stands behind which port. */
import { join } from 'node:path';
import { createRegistryClient } from '../registry';
import type { RegistryPort } from '../ports/registry';
import type { ProbePort } from '../ports/probe';
import type { WorkspacePort } from '../ports/workspace';
import { createDockerCredentials } from './docker-credentials';
import { GitChanges } from './changes/git-changes';
import { containersOf } from './engine/containers';
import { DockerEngine } from './engine/docker-engine';
import { Services } from './engine/services';
import { createFetch } from './fetch';
import { ContentReader } from './content/content-reader';
import { FilesAdapter } from './files';
import { ImageDigests } from './image-digests';
import { LocalCache } from './local-cache';
import { RegistryProbe } from './registry-probe';
import { ResultPlaces } from './results/places';
import { TaskRecords } from './results/task-records';
import { BuildTimes } from './results/times';
import { taskOutput } from './task-output';
import { runnerOf } from './runner/runner';
export { interruptSignal } from './signals';
import { ciBase } from './source/ci-base';
import { GitHistory } from './source/history';
import { SourceAdapter } from './source/source';
import { trackedFiles } from './source/tracked';
import { environmentPort, systemClock, TerminalLogger } from './terminal';
export { nxPublication } from './workspace/nx-publication';
import { noConfigurations } from './workspace/errors';
import { NxWorkspace } from './workspace/nx-workspace';
import { PlainWorkspace } from './workspace/plain-workspace';
import { findWorkspace } from './workspace/root';

/** Ports of the real world for a workspace, as the pipeline takes them. */
export function composePorts(workspace: WorkspacePort) {
  return portsWith(workspace, registryClient());
}

/** One client for all questions, made at the first: many builds ask no registry anything. */
function registryClient(): () => RegistryPort {
  const { env } = process;
  return once(() =>
    createRegistryClient({ fetch: createFetch({ env }), credentials: createDockerCredentials({ env }) }),
  );
}

function portsWith(workspace: WorkspacePort, registry: () => RegistryPort) {
  const { root } = workspace.facts();
  const env = process.env;
  const engine = new DockerEngine(env);
  const probes = once(() => new RegistryProbe(registry()));
  const probe: ProbePort = {
    probe: (ref) => probes().probe(ref),
    probeOnce: (ref) => probes().probeOnce(ref),
    probeCache: (ref) => probes().probeCache(ref),
  };
  return {
    workspace,
    source: new SourceAdapter(root, env),
    history: new GitHistory(root),
    files: new FilesAdapter(root),
    content: ContentReader.at(join(root, DIGESTS_FILE)),
    imageDigests: new ImageDigests(probe, engine),
    localCache: new LocalCache(),
    engine,
    registry: lazyRegistry(registry),
    probe,
    times: new BuildTimes(registry),
    clock: systemClock,
    logger: new TerminalLogger(process.stderr, env),
    environment: environmentPort(env),
  };
}

/** The same, and what stage tasks need besides. */
export function composeTaskPorts(workspace: WorkspacePort) {
  const { root } = workspace.facts();
  const registry = registryClient();
  const results = new ResultPlaces(root);
  return {
    ...portsWith(workspace, registry),
    containers: containersOf(root, process.env),
    services: new Services(),
    output: output(),
    results,
    records: new TaskRecords(registry, root, results),
    tracked: (paths: readonly string[]) => trackedFiles(root, paths),
  };
}

const output = once(() => taskOutput(process));

/** The same, and what a question about changes needs besides. */
export function composeAffectedPorts(workspace: WorkspacePort) {
  const facts = workspace.facts();
  return {
    ...composePorts(workspace),
    changes: new GitChanges(facts.root),
    runner: runnerOf(facts),
    ciBase: () => ciBase(process.env),
    tracked: (paths: readonly string[]) => trackedFiles(facts.root, paths),
  };
}

/** Digests of the workspace's files by inode and times; beside the receipts, so git ignores it too. */
const DIGESTS_FILE = '.nx-docker-cache/digests.json';

/**
 * The workspace that a folder lies in.
 * @param configuration of Nx's targets; one that does not have it takes its default one, as with `nx run-many -c`
 * @throws DockerCacheError USAGE for a configuration where nothing has any
 */
export function openWorkspace(cwd: string, configuration?: string): WorkspacePort {
  const { root, kind } = findWorkspace(cwd);
  if (kind === 'nx') return new NxWorkspace(root, undefined, () => configuration);
  if (configuration !== undefined) throw noConfigurations(configuration);
  return new PlainWorkspace(root, cwd);
}

/** An Nx workspace whose root and graph the caller knows. */
export function nxWorkspace(...known: ConstructorParameters<typeof NxWorkspace>): WorkspacePort {
  return new NxWorkspace(...known);
}

type UsedRegistry = Pick<RegistryPort, 'promote' | 'headManifest' | 'getManifest' | 'putManifest'>;

function lazyRegistry(registry: () => UsedRegistry): UsedRegistry {
  return {
    promote: (...call) => registry().promote(...call),
    headManifest: (...call) => registry().headManifest(...call),
    getManifest: (...call) => registry().getManifest(...call),
    putManifest: (...call) => registry().putManifest(...call),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
