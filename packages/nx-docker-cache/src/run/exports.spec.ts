import type { BuildEvent } from '../model/events';
import { ExportWatch } from './exports';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const vertex = (name: string, more: Partial<BuildEvent['vertexes'][number]> = {}): Partial<BuildEvent> => ({
  vertexes: [
    { digest: name, name, started: 1, completed: undefined, cached: false, error: undefined, ...more },
  ],
});
const status = (of: string, id: string, over = true): Partial<BuildEvent> => ({
  statuses: [{ id, vertex: of, current: 0, total: 0, started: 1, completed: over ? 2 : undefined }],
});
const PUSH = ['--output', 'type=image,push=true'];
const IMAGE = 'exporting to image';
const CACHE = 'exporting cache to registry';

const digest = (argv: readonly string[], ...events: readonly Partial<BuildEvent>[]): string | undefined => {
  const watch = new ExportWatch(argv);
  events.forEach((event) => watch.add({ vertexes: [], statuses: [], logs: [], warnings: [], ...event }));
  return watch.digest();
};
const pushed = [
  vertex(IMAGE),
  status(IMAGE, `exporting manifest ${OTHER}`),
  status(IMAGE, `pushing manifest for reg:5000/a/b:dev@${DIGEST}`),
];
const over = vertex(IMAGE, { completed: 3 });

describe('what a build of a joint run has left', () => {
  it('is the digest that was pushed, once the export is over', () => {
    expect(digest(PUSH, ...pushed)).toBeUndefined();
    expect(digest(PUSH, ...pushed, over)).toBe(DIGEST);
  });

  it('is complete with the cache, whether that could be written or not', () => {
    const argv = [...PUSH, '--cache-to', 'type=registry,ref=x', '--cache-to', 'type=inline'];
    expect(digest(argv, ...pushed, over)).toBeUndefined();
    expect(digest(argv, ...pushed, over, vertex(CACHE, { completed: 4, error: 'denied' }))).toBe(DIGEST);
  });

  it('waits for each of several outputs', () => {
    const argv = [...PUSH, '--output', 'type=docker'];
    expect(digest(argv, ...pushed, over)).toBeUndefined();
    expect(digest(argv, ...pushed, over, vertex('exporting to docker image format', { completed: 4 }))).toBe(
      DIGEST,
    );
  });

  it('of an image for several platforms is the list', () => {
    const made = [
      status(IMAGE, `exporting manifest list ${DIGEST}`),
      status(IMAGE, `exporting manifest ${OTHER}`),
    ];
    expect(digest(['--output', 'type=docker'], vertex(IMAGE), ...made, over)).toBe(DIGEST);
  });

  it.each<[string, readonly string[], Partial<BuildEvent>[]]>([
    ['an export that fails', PUSH, [...pushed, vertex(IMAGE, { completed: 3, error: 'denied' })]],
    [
      'a push that is not over',
      PUSH,
      [vertex(IMAGE), status(IMAGE, `pushing manifest for a@${DIGEST}`, false), over],
    ],
    ['a builder that names no digest', ['--output', 'type=docker'], [vertex(IMAGE), over]],
    ['a build that keeps nothing', ['--output', 'type=cacheonly'], []],
  ])('is unknown of %s', (_, argv, events) => {
    expect(digest(argv, ...events)).toBeUndefined();
  });
});
