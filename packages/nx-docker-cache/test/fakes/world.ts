/** Ports without a world behind them. Each remembers what was asked of it. */
import { posix } from 'node:path';
import { compileGlob } from '../../src/layout/glob';
import type { ContentSnapshot } from '../../src/model/content';
import type { EngineFacts, SourceFacts } from '../../src/model/facts';
import type { StepOutcome } from '../../src/model/outcome';
import type { Ports } from '../../src/pipeline';
import type {
  EngineJointResult,
  EngineJointRun,
  EnginePort,
  EngineResult,
  EngineRun,
} from '../../src/ports/engine';
import type { FilesPort, FolderEntry, LocalCachePort } from '../../src/ports/files';
import type { ClockPort, LoggerPort } from '../../src/ports/logger';
import type { BuildObserver } from '../../src/ports/observer';
import type { ProbePort, ProbeResult } from '../../src/ports/probe';
import type { RegistryManifest } from '../../src/ports/registry';
import { engineOf, sourceOf } from './facts';
import { recorded, type Recording } from './recorded';

export class FakeClock implements ClockPort {
  #now = Date.UTC(2026, 0, 2);
  readonly #timers = new Set<{ ms: number; next: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  every(ms: number, callback: () => void): () => void {
    const timer = { ms, next: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Time passes only here and in `pass`. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal.aborted) this.pass(ms);
  }

  /** Lets time pass, timers included. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.next - b.next)[0];
      if (next === undefined || next.next > end) break;
      this.#now = next.next;
      next.next += next.ms;
      next.callback();
    }
    this.#now = end;
  }

  get timers(): number {
    return this.#timers.size;
  }
}

/** What one call of buildx does. */
export interface FakeRun {
  readonly recording?: Recording;
  readonly text?: readonly string[];
  readonly result?: Partial<EngineResult>;
  /** Called before the events, to change the world in the middle of a build. */
  readonly during?: (run: EngineRun) => void | Promise<void>;
}

export class FakeEngine implements EnginePort {
  readonly runs: EngineRun[] = [];
  readonly jointRuns: EngineJointRun[] = [];
  readonly asked: (string | undefined)[] = [];
  readonly #answers: FakeRun[];
  readonly #facts: EngineFacts;
  images: Record<string, string> = {};
  /** Why the engine does not answer any more. */
  lost: string | undefined;
  checks = 0;

  /** @param answers one a run; the last one is given again */
  constructor(answers: readonly FakeRun[] = [{}], facts: EngineFacts = engineOf()) {
    this.#answers = [...answers];
    this.#facts = facts;
  }

  async facts(builder: string | undefined): Promise<EngineFacts> {
    this.asked.push(builder);
    return this.#facts;
  }

  async check(): Promise<string | undefined> {
    this.checks++;
    return this.lost;
  }

  async mirrors(): Promise<readonly string[]> {
    return [];
  }

  async imageId(reference: string): Promise<string | undefined> {
    return this.images[reference];
  }

  async version(): Promise<string | undefined> {
    return '0.29.1';
  }

  async build(run: EngineRun): Promise<EngineResult> {
    this.runs.push(run);
    const answer = (this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0]) ?? {};
    await answer.during?.(run);
    const { events, text } =
      answer.recording === undefined ? { events: [], text: [] } : recorded(answer.recording);
    events.forEach((event) => run.onEvent(event));
    [...text, ...(answer.text ?? [])].forEach((line) => run.onText(line));
    return { exitCode: 0, canceled: false, digest: 'sha256:made', ...answer.result };
  }

  /** One answer serves each of the builds in turn, as if they shared nothing. */
  async buildJointly(run: EngineJointRun): Promise<EngineJointResult> {
    this.jointRuns.push(run);
    const results: EngineResult[] = [];
    for (const build of run.builds) results.push(await this.build({ ...run, ...build }));
    const failed = results.find(({ exitCode }) => exitCode !== 0);
    return {
      exitCode: failed?.exitCode ?? 0,
      canceled: results.some(({ canceled }) => canceled),
      digests: results.map(({ digest }) => digest),
    };
  }
}

export class FakeProbe implements ProbePort {
  readonly asked: string[] = [];
  readonly answers: Map<string, ProbeResult>;

  constructor(answers: Readonly<Record<string, ProbeResult>> = {}) {
    this.answers = new Map(Object.entries(answers));
  }

  async probe(ref: string): Promise<ProbeResult> {
    this.asked.push(ref);
    return this.answers.get(ref) ?? { state: 'missing' };
  }

  async probeOnce(ref: string): Promise<ProbeResult> {
    return this.asked.includes(ref) ? (this.answers.get(ref) ?? { state: 'missing' }) : this.probe(ref);
  }

  probeCache(ref: string): Promise<ProbeResult> {
    return this.probe(ref);
  }
}

export class FakeLocalCache implements LocalCachePort {
  readonly folders = new Set<string>();
  readonly claimed = new Set<string>();
  readonly pruned: { root: string; keep: string; maxBytes: number }[] = [];

  async exists(folder: string): Promise<boolean> {
    return this.folders.has(folder);
  }

  async claim(folder: string): Promise<(() => Promise<void>) | undefined> {
    if (this.claimed.has(folder)) return undefined;
    this.claimed.add(folder);
    return async () => {
      this.claimed.delete(folder);
    };
  }

  async prune(root: string, keep: string, maxBytes: number): Promise<{ bytes: number; dropped: string[] }> {
    this.pruned.push({ root, keep, maxBytes });
    return { bytes: 0, dropped: [] };
  }
}

/** Files by path; folders are what lies above them. */
export class FakeFiles implements FilesPort {
  readonly files: Map<string, string>;
  unwritable: string | undefined;
  /** Which of the files are symbolic links. */
  readonly links = new Set<string>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.files = new Map(Object.entries(files));
  }

  async readText(path: string): Promise<string | undefined> {
    return this.files.get(posix.normalize(path));
  }

  kind(path: string): 'file' | 'folder' | undefined {
    const normal = posix.normalize(path);
    if (this.files.has(normal)) return 'file';
    const inside = normal === '.' ? '' : `${normal}/`;
    return [...this.files.keys()].some((file) => file.startsWith(inside)) ? 'folder' : undefined;
  }

  async list(path: string): Promise<readonly string[]> {
    const inside = path === '.' ? '' : `${path}/`;
    const below = [...this.files.keys()].filter((file) => file.startsWith(inside));
    return [...new Set(below.map((file) => file.slice(inside.length).split('/')[0] ?? ''))].sort();
  }

  entries(path: string): readonly FolderEntry[] {
    const inside = posix.normalize(path) === '.' ? '' : `${posix.normalize(path)}/`;
    const below = [...this.files.keys()].filter((file) => file.startsWith(inside));
    const names = [...new Set(below.map((file) => file.slice(inside.length).split('/')[0] ?? ''))].sort();
    return names.map((name) => {
      const kind = this.kind(inside + name) ?? 'other';
      return { name, kind: this.links.has(inside + name) ? 'link' : kind };
    });
  }

  async find(patterns: readonly string[]): Promise<readonly string[]> {
    const matchers = patterns.map(compileGlob);
    return [...this.files.keys()].filter((path) => matchers.some((matches) => matches(path))).sort();
  }

  async writeAtomic(path: string, text: string): Promise<void> {
    if (this.unwritable === path) throw new Error(`EACCES: ${path}`);
    this.files.set(path, text);
  }

  async ensureWritable(folder: string): Promise<void> {
    if (this.unwritable === folder) throw new Error(`EACCES: ${folder}`);
  }
}

export class FakeLogger implements LoggerPort {
  readonly lines: string[] = [];
  readonly warnings: string[] = [];
  readonly colors = false;
  readonly columns = undefined;

  line(text: string): void {
    this.lines.push(text);
  }

  warn(text: string): void {
    this.warnings.push(text);
  }
}

export class FakeObserver implements BuildObserver {
  readonly steps: StepOutcome[] = [];
  readonly logs: [string, string][] = [];
  readonly notes: string[] = [];

  step(step: StepOutcome): void {
    this.steps.push(step);
  }

  log(step: string, text: string): void {
    this.logs.push([step, text]);
  }

  note(text: string): void {
    this.notes.push(text);
  }
}

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
    environment: { get: (name) => input.environment?.[name], platform: 'linux/amd64' },
  };
  return { files, engine, probe, localCache, clock, logger, promoted, put, times, ports };
}

/** An image of which nothing but the digest matters. */
export function manifestOf(digest: string): RegistryManifest {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = {
    mediaType: 'application/vnd.oci.image.config.v1+json',
    digest: `${digest}-config`,
    size: 2,
  };
  const bytes = new TextEncoder().encode(digest);
  return { digest, mediaType, size: bytes.length, bytes, manifest: { kind: 'image', config, layers: [] } };
}
