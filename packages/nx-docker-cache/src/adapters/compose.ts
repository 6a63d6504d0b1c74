/** The composition root: the one place that knows which adapter stands behind which port. */
import { createRegistryClient } from '../registry';
import type { ProbePort } from '../ports/probe';
import type { WorkspacePort } from '../ports/workspace';
import { createDockerCredentials } from './docker-credentials';
import { DockerEngine } from './engine/docker-engine';
import { createFetch } from './fetch';
import { FilesAdapter } from './files';
import { LocalCache } from './local-cache';
import { RegistryProbe } from './registry-probe';
export { interruptSignal } from './signals';
import { SourceAdapter } from './source/source';
import { environmentPort, systemClock, TerminalLogger } from './terminal';
import { NxWorkspace } from './workspace/nx-workspace';
import { PlainWorkspace } from './workspace/plain-workspace';
import { findWorkspace } from './workspace/root';

/** Ports of the real world for a workspace, as the pipeline takes them. */
export function composePorts(workspace: WorkspacePort) {
  const { root } = workspace.facts();
  const env = process.env;
  return {
    workspace,
    source: new SourceAdapter(root, env),
    files: new FilesAdapter(root),
    localCache: new LocalCache(),
    engine: new DockerEngine(env),
    probe: lazyProbe(() => {
      const credentials = createDockerCredentials({ env });
      return new RegistryProbe(createRegistryClient({ fetch: createFetch({ env }), credentials }));
    }),
    clock: systemClock,
    logger: new TerminalLogger(process.stderr, env),
    environment: environmentPort(env),
  };
}

/** The workspace that a folder lies in. */
export function openWorkspace(cwd: string): WorkspacePort {
  const { root, kind } = findWorkspace(cwd);
  return kind === 'nx' ? new NxWorkspace(root) : new PlainWorkspace(root, cwd);
}

/** An Nx workspace whose root the caller knows, with one project that needs no graph. */
export function nxWorkspace(root: string): WorkspacePort {
  return new NxWorkspace(root);
}

/** A client is made at the first question only: many builds ask no registry anything. */
function lazyProbe(make: () => ProbePort): ProbePort {
  let made: ProbePort | undefined;
  return { probe: (ref) => (made ??= make()).probe(ref) };
}
