import { optionsOf } from '../../test/fakes/facts';
import { FakeFiles } from '../../test/fakes/files';
import { withMetadata } from './metadata';

const API = { name: 'api', root: 'apps/api' };
const files = new FakeFiles({
  'apps/api/package.json': JSON.stringify({ description: 'An API', version: '1.0.0', author: { name: 'A' } }),
  'package.json': JSON.stringify({
    license: 'MIT',
    repository: { type: 'git', url: 'git+https://git.test/shop.git' },
  }),
});
const labelsOf = async (raw: Record<string, unknown>, project = API) =>
  (await withMetadata(optionsOf(raw), project, files)).labels;

it('adds nothing unless it is asked for', async () => {
  expect(await labelsOf({ labels: { a: 'b' } })).toEqual({ a: 'b' });
  expect(await labelsOf({ metadata: false })).toEqual({});
});

it('reads the project’s package.json and the workspace’s', async () => {
  expect(await labelsOf({ metadata: true, labels: { 'org.opencontainers.image.title': 'mine' } })).toEqual({
    'org.opencontainers.image.title': 'mine',
    'org.opencontainers.image.description': 'An API',
    'org.opencontainers.image.source': 'https://git.test/shop',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.authors': 'A',
  });
});

it('reads a package.json with a byte order mark', async () => {
  const marked = new FakeFiles({ 'apps/api/package.json': '\uFEFF{"license":"MIT"}' });
  const { labels } = await withMetadata(optionsOf({ metadata: true }), API, marked);
  expect(labels).toMatchObject({ 'org.opencontainers.image.licenses': 'MIT' });
});

it('adds what changes where it is named', async () => {
  expect(await labelsOf({ metadata: ['version', 'revision'] })).toMatchObject({
    'org.opencontainers.image.version': '1.0.0',
    'org.opencontainers.image.revision': '{sha}',
  });
});

it('says it as annotations where that is asked for, without what changes by itself', async () => {
  const metadata = { labels: false, annotations: true };
  const raw = { metadata, annotations: { 'org.opencontainers.image.licenses': 'GPL-3.0-only' } };
  const made = await withMetadata(optionsOf(raw), API, files);
  expect(made.labels).toEqual({});
  expect(made.annotations).toEqual({
    'org.opencontainers.image.title': 'api',
    'org.opencontainers.image.description': 'An API',
    'org.opencontainers.image.source': 'https://git.test/shop',
    'org.opencontainers.image.licenses': 'GPL-3.0-only',
    'org.opencontainers.image.authors': 'A',
  });
  const both = await withMetadata(
    optionsOf({ metadata: { annotations: true, volatile: ['revision'] } }),
    API,
    files,
  );
  expect(both.labels).toEqual(both.annotations);
  expect(both.labels).toMatchObject({ 'org.opencontainers.image.revision': '{sha}' });
});

it('does without a manifest, and with one that is broken', async () => {
  expect(await labelsOf({ metadata: true }, { name: 'tool', root: 'apps/tool' })).toMatchObject({
    'org.opencontainers.image.title': 'tool',
  });
  const broken = new FakeFiles({ 'package.json': '{' });
  const { labels } = await withMetadata(optionsOf({ metadata: true }), API, broken);
  expect(labels).toEqual({ 'org.opencontainers.image.title': 'api' });
});
