/** Ports without a world behind them. Each remembers what was asked of it. */
import type { ContentSnapshot } from '../../src/model/content';
import type { EngineFacts, SourceFacts } from '../../src/model/facts';
import type { Ports } from '../../src/pipeline';
import type { ProbeResult } from '../../src/ports/probe';
import { FakeClock } from './clock';
import { FakeEngine, type FakeRun } from './engine';
import { sourceOf } from './facts';
import { FakeFiles, FakeLocalCache } from './files';
import { FakeLogger } from './listeners';
import { FakeProbe, manifestOf } from './registry';

export interface FakeWorld {
  readonly files: FakeFiles;
  readonly engine: FakeEngine;
  readonly probe: FakeProbe;
  readonly localCache: FakeLocalCache;
  readonly clock: FakeClock;
  readonly logger: FakeLogger;
  readonly promoted: { from: string; tags: readonly string[] }[];
  /** Manifests that were put, by reference. */
  readonly put: Map<string, string>;
  /** Seconds that builds took, by reference. */
  readonly times: Map<string, number>;
  readonly ports: Ports;
}

export interface WorldInput {
  readonly files?: Readonly<Record<string, string>>;
  readonly runs?: readonly FakeRun[];
  readonly engine?: EngineFacts;
  readonly source?: Partial<SourceFacts>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly present?: Readonly<Record<string, ProbeResult>>;
}

/** Everything that the pipeline needs, in memory. */
export function fakeWorld(input: WorldInput = {}): FakeWorld {
  const files = new FakeFiles(
    input.files ?? { 'apps/api/Dockerfile': 'FROM scratch\nCOPY a /\n', 'apps/api/a': '' },
  );
  const engine = new FakeEngine(input.runs ?? [{ recording: 'cold' }], input.engine);
  const probe = new FakeProbe(input.present);
  const localCache = new FakeLocalCache();
  const clock = new FakeClock();
  const logger = new FakeLogger();
  const promoted: { from: string; tags: readonly string[] }[] = [];
  const put = new Map<string, string>();
  const times = new Map<string, number>();
  const ports: Ports = {
    workspace: {
      facts: () => ({ root: '/repo', kind: 'plain' }),
      project: async (name) => ({ name, root: `apps/${name}`, target: 'docker-build', options: {} }),
      publication: async (name) => ({
        ...{ name, root: `apps/${name}`, options: {}, tasks: {}, release: false },
        build: { target: 'docker-build', options: {} },
      }),
      survey: async () => ({ tools: [], projects: [] }),
      builds: async () => [],
      projectNodes: async () => [],
    },
    source: { facts: async () => sourceOf(input.source) },
    files,
    content: {
      snapshot: async (): Promise<ContentSnapshot> => ({
        entries: [],
        aliases: new Map(),
        problems: [],
        changed: 0,
      }),
      measure: async () => ({ files: 0, bytes: 0 }),
      atOneLook() {
        return this;
      },
    },
    imageDigests: { resolve: async () => ({ digest: `sha256:${'0'.repeat(64)}` }) },
    localCache,
    engine,
    registry: {
      promote: async (from: string, tags: readonly string[]) => {
        promoted.push({ from, tags });
        return { digest: 'sha256:made', tags: [] } as never;
      },
      headManifest: async (ref: string) => ({
        ...{ digest: ref.slice(ref.indexOf('@') + 1), size: 100 },
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
      }),
      getManifest: async (ref: string) => {
        const found = await probe.probe(ref);
        if (found.state !== 'present' || found.digest === undefined) throw new Error(`${ref} is not there`);
        return manifestOf(found.digest);
      },
      putManifest: async (ref: string, content: { readonly bytes: Uint8Array }) => {
        const text = new TextDecoder().decode(content.bytes);
        // One that was read, see `manifestOf`, is put again as it is.
        if (!text.startsWith('sha256:')) {
          put.set(ref, text);
          return 'sha256:put';
        }
        const from = `${ref.replace(/:[^:/]+$/, '')}@${text}`;
        const last = promoted.at(-1);
        if (last?.from === from) promoted.splice(-1, 1, { from, tags: [...last.tags, ref] });
        else promoted.push({ from, tags: [ref] });
        return text;
      },
    },
    probe,
    times: {
      read: async (reference) => times.get(reference),
      leave: async (reference, seconds) => void times.set(reference, seconds),
    },
    clock,
    logger,
    environment: { get: (name) => input.environment?.[name], platform: 'linux/amd64', clientProxies: false },
  };
  return { files, engine, probe, localCache, clock, logger, promoted, put, times, ports };
}
