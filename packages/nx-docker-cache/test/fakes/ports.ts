/** Ports in memory: a workspace with one project, an engine and a registry that say what a spec wants. */
import type { ContentEntry, ImageDigest } from '../../src/model/content';
import type { EngineFacts, SourceFacts } from '../../src/model/facts';
import type { Ports } from '../../src/pipeline/ports';
import type { ProbeResult } from '../../src/ports/probe';
import type { RegistryManifest } from '../../src/ports/registry';
import { FakeFiles } from './files';
import { manifestOf } from './registry';

export const SOURCE: SourceFacts = {
  ...{ ci: true, ciName: 'spec', commit: 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffee', branch: 'main' },
  ...{ pullRequest: undefined, baseBranch: undefined, fork: false, gitTag: undefined, defaultBranch: 'main' },
  ...{ git: true, volatile: [], repository: 'acme/shop' },
};

export const ENGINE: EngineFacts = {
  ...{
    server: '28.5.2',
    buildx: '0.29.1',
    builder: 'default',
    driver: 'docker',
    loads: true,
    containerdStore: true,
  },
  ...{ platform: 'linux/amd64', cpus: 2, cacheExporters: ['registry', 'local', 'inline'] },
};

/** What a spec changes between two calls. */
export interface World {
  files: Record<string, string>;
  /** When all files were changed last. */
  changed: number;
  env: Record<string, string>;
  /** Docker's configuration names proxies. */
  clientProxies: boolean;
  /** The builder is one of this machine. */
  builderIsHere: boolean;
  source: SourceFacts;
  engine: EngineFacts;
  images: Record<string, ImageDigest>;
  /** Ids of the engine's images. */
  loaded: Record<string, string>;
  /** Digests by tag, or what the registry says instead. */
  tags: Record<string, string | ProbeResult>;
  /** A promote fails with it. */
  refusal: string | undefined;
  readonly promoted: [from: string, to: readonly string[]][];
  readonly warnings: string[];
  readonly lines: string[];
}

export function world(changes: Partial<World> = {}): World {
  return {
    files: {},
    changed: 1,
    env: {},
    clientProxies: false,
    builderIsHere: true,
    source: SOURCE,
    engine: ENGINE,
    images: {},
    loaded: {},
    tags: {},
    refusal: undefined,
    promoted: [],
    warnings: [],
    lines: [],
    ...changes,
  };
}

export function portsOf(world: World): Ports {
  const ask = (ref: string): Promise<ProbeResult> => {
    const found = world.tags[ref] ?? { state: 'missing' };
    return Promise.resolve(typeof found === 'string' ? { state: 'present', digest: found } : found);
  };
  return {
    workspace: {
      facts: () => ({ root: '/workspace', kind: 'plain' }),
      builds: async () => [],
      project: () => Promise.reject(new Error('not asked for')),
    } as unknown as Ports['workspace'],
    source: { facts: () => Promise.resolve(world.source) },
    files: {
      readText: (path) => Promise.resolve(world.files[path]),
      kind: (path) => kindOf(world, path),
      list: () => Promise.resolve(Object.keys(world.files)),
      entries: (path) => new FakeFiles(world.files).entries(path),
      find: () => Promise.resolve(Object.keys(world.files)),
      writeAtomic: (path, text) => {
        world.files[path] = text;
        return Promise.resolve();
      },
      ensureWritable: () => Promise.resolve(),
    },
    content: {
      snapshot: ({ context }) =>
        Promise.resolve({ entries: entriesOf(world, context), aliases: new Map(), problems: [], changed: 0 }),
      measure: () => Promise.reject(new Error('not asked for')),
      atOneLook() {
        return this;
      },
    },
    imageDigests: { resolve: (image) => Promise.resolve(world.images[image] ?? { problem: 'not there' }) },
    localCache: {
      exists: () => Promise.resolve(false),
      prune: () => Promise.resolve({ bytes: 0, dropped: [] }),
    } as unknown as Ports['localCache'],
    engine: {
      facts: () => Promise.resolve(world.engine),
      isHere: () => Promise.resolve(world.builderIsHere),
      check: () => Promise.resolve(undefined),
      mirrors: () => Promise.resolve([]),
      imageId: (ref) => Promise.resolve(world.loaded[ref]),
      version: () => Promise.resolve('0.29.1'),
      build: () => Promise.reject(new Error('no build is expected')),
      buildJointly: () => Promise.reject(new Error('no build is expected')),
    },
    registry: {
      promote: (from, to) => {
        if (world.refusal !== undefined) return Promise.reject(new Error(world.refusal));
        world.promoted.push([from, to]);
        return Promise.resolve({ digest: '', mediaType: '', refs: to, mountedBlobs: 0, copiedBytes: 0 });
      },
      headManifest: () => Promise.reject(new Error('not asked for')),
      getManifest: async (ref) => {
        const found = await ask(ref);
        if (found.state !== 'present' || found.digest === undefined) throw new Error(`${ref} is not there`);
        return manifestOf(found.digest);
      },
      putManifest: async (ref, content) => {
        if (world.refusal !== undefined) throw new Error(world.refusal);
        const { digest } = content as RegistryManifest;
        world.promoted.push([`${ref.replace(/:[^:/]+$/, '')}@${digest}`, [ref]]);
        return digest;
      },
    },
    probe: { probe: ask, probeOnce: ask, probeCache: ask },
    times: { read: () => Promise.resolve(undefined), leave: () => Promise.resolve() },
    clock: { now: () => 1_000, every: () => () => undefined, sleep: async () => undefined },
    logger: {
      line: (text) => void world.lines.push(text),
      warn: (text) => void world.warnings.push(text),
      colors: false,
      columns: undefined,
    },
    environment: {
      get: (name) => world.env[name],
      platform: 'linux/amd64',
      clientProxies: world.clientProxies,
    },
  };
}

function kindOf({ files }: World, path: string): 'file' | 'folder' | undefined {
  if (Object.hasOwn(files, path)) return 'file';
  return Object.keys(files).some((file) => path === '.' || file.startsWith(`${path}/`))
    ? 'folder'
    : undefined;
}

/** Files in the context, their text in the place of a digest. */
function entriesOf({ files, changed }: World, context: string): ContentEntry[] {
  const prefix = context.replace(/^\/workspace\/?/, '');
  return Object.entries(files)
    .filter(([path]) => prefix === '' || path.startsWith(`${prefix}/`))
    .map(([path, content]) => ({ path: prefix === '' ? path : path.slice(prefix.length + 1), content }))
    .map(({ path, content }) => ({
      path,
      kind: 'file' as const,
      mode: 0o644,
      content,
      size: content.length,
      changed,
    }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}
