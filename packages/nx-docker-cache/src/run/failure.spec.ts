import { planOf } from '../../test/fakes/facts';
import { recorded, RECORDED_IMAGE, type Recording } from '../../test/fakes/recorded';
import type { CacheSource } from '../model/plan';
import type { ChosenCaches } from './caches';
import { failureOf, suspectCaches, type FailedRun } from './failure';
import { StepTracker } from './steps';

const source = (ref: string): CacheSource => ({
  kind: 'registry',
  ref,
  scope: 'main',
  reason: '',
  entry: '',
});
const ONE = `${RECORDED_IMAGE}:cache-main`;
const TWO = 'other.test/acme/api:cache-main';
const chosen: ChosenCaches = {
  from: [source(ONE), source(TWO)],
  to: [source(ONE), source(TWO)],
  dropped: [],
  seen: new Set(),
};
const NONE = { from: [], to: [] };

const run = (more: Partial<FailedRun>): FailedRun => ({
  failed: [],
  exports: [],
  text: [],
  exitCode: 1,
  reached: true,
  stall: undefined,
  ...more,
});
const failedWith = (error: string, name = '[builder 2/3] RUN x'): FailedRun =>
  run({ failed: [{ digest: 'd', name, error, log: [] }] });
const recordedRun = (name: Recording): FailedRun => {
  const tracker = new StepTracker();
  const { events, text } = recorded(name);
  events.forEach((event) => tracker.add(event));
  return run({ failed: tracker.failed(), text });
};

describe('the caches that a failed run may have died of', () => {
  it('are none where the Dockerfile is to blame', () => {
    expect(suspectCaches(recordedRun('failed-step'), chosen)).toEqual(NONE);
    for (const error of [
      'process "/bin/sh -c npm ci" did not complete successfully: exit code: 1',
      'failed to calculate checksum of ref abc::def: "/nothing": not found',
      'failed to resolve source metadata for docker.io/library/nope:1: failed to do request: manifest unknown',
      'dockerfile parse error on line 3',
    ]) {
      expect(suspectCaches(failedWith(error), chosen)).toEqual(NONE);
    }
  });

  it('are none where the push was refused', () => {
    expect(suspectCaches(recordedRun('failed-push'), chosen)).toEqual(NONE);
  });

  it('are all that were read where a layer is gone, also where the export dies of it', () => {
    expect(suspectCaches(recordedRun('lost-layer'), chosen)).toEqual({ from: [ONE, TWO], to: [] });
    expect(suspectCaches(failedWith('failed to copy: unexpected EOF'), chosen).from).toHaveLength(2);
  });

  it('is the one that the error names, as a reference or as a URL', () => {
    expect(suspectCaches(failedWith(`failed to fetch ${TWO}`), chosen)).toEqual({ from: [TWO], to: [] });
    const url = 'unexpected status from GET https://other.test/v2/acme/api/blobs/sha256:00: 500';
    expect(suspectCaches(failedWith(url), chosen)).toEqual({ from: [TWO], to: [] });
  });

  it('is one that could not be written where nothing else failed; the last word names it', () => {
    const exports = [ONE, TWO].map((ref) => ({
      digest: ref,
      name: 'exporting cache to registry',
      error: `${ONE} ${TWO}`,
      log: [],
    }));
    const text = [
      'ERROR: failed to solve: error writing layer blob: Head "https://other.test/v2/acme/api/blobs/x": refused',
    ];
    expect(suspectCaches(run({ exports, text }), chosen)).toEqual({ from: [], to: [TWO] });
  });

  it('are all of a direction that stood still', () => {
    expect(suspectCaches(run({ stall: 'from' }), chosen)).toEqual({ from: [ONE, TWO], to: [] });
    expect(suspectCaches(run({ stall: 'to' }), chosen)).toEqual({ from: [], to: [ONE, TWO] });
  });

  it('are none where there are none', () => {
    const none = { ...chosen, from: [], to: [] };
    expect(suspectCaches(recordedRun('lost-layer'), none)).toEqual(NONE);
  });
});

describe('the error of a failed run', () => {
  const plan = planOf();

  it('names the step and shows its last lines', () => {
    expect(failureOf(recordedRun('failed-step'), plan)).toMatchObject({
      code: 'BUILD_FAILED',
      message: 'step failed: [3/3] RUN echo before; echo oops >&2; exit 3',
      found: expect.stringMatching(/^before\noops\n.*exit code: 3$/),
      hint: expect.stringContaining('stand above'),
    });
  });

  it('is a failed push where one was asked for, and says the cause', () => {
    expect(failureOf(recordedRun('failed-push'), plan)).toMatchObject({
      code: 'PUSH_FAILED',
      message: expect.stringContaining('reg.test/acme/api:0123456'),
      found: expect.stringContaining('405 Method Not Allowed'),
    });
    expect(failureOf(recordedRun('lost-layer'), planOf({ source: { ci: false } })).code).toBe('BUILD_FAILED');
  });

  it('says how to log in where that is the matter', () => {
    const denied = failedWith('failed to push: 403 Forbidden', 'exporting to image');
    expect(failureOf(denied, plan).hint).toContain('docker login');
    const down = failedWith('failed to push: dial tcp: connection refused', 'exporting to image');
    expect(failureOf(down, plan).hint).toContain('reachable');
  });

  it('says what to look at where a file is not in the context, or the disk is full', () => {
    const missing = failedWith('failed to calculate checksum of ref a::b: "/x": not found');
    expect(failureOf(missing, plan).hint).toContain('.dockerignore');
    expect(failureOf(failedWith('write: no space left on device'), plan).hint).toContain(
      'docker system prune',
    );
  });

  it('says how to build for a platform that the engine does not run, or cannot load', () => {
    const foreign = failedWith('process "/bin/sh -c x" did not complete successfully: exit code: 255');
    const step = { ...foreign.failed[0]!, log: ['exec /bin/sh: exec format error'] };
    expect(failureOf({ ...foreign, failed: [step] }, plan).hint).toContain('--platform');
    expect(failureOf(foreign, plan).hint).toContain('stand above');
    const several = 'ERROR: docker exporter does not currently support exporting manifest lists';
    expect(failureOf(run({ text: [several] }), plan).hint).toContain('--platform linux/amd64');
  });

  it('has something to say where buildx said nothing', () => {
    expect(failureOf(run({ exitCode: 7 }), plan)).toMatchObject({
      message: 'docker buildx ended with exit code 7',
      found: 'nothing',
    });
  });

  it('tells of a client that was killed, and not of a number', () => {
    for (const exitCode of [-1, 137])
      expect(failureOf(run({ exitCode }), plan)).toMatchObject({
        message: 'docker buildx was killed',
        hint: expect.stringContaining('memory'),
      });
    const step = failedWith('process "/bin/sh -c x" did not complete successfully: exit code: 137');
    expect(failureOf(step, plan).hint).toContain('memory');
  });

  it("takes buildx's own last word", () => {
    const text = ['------', ' > x:', '------', 'ERROR: failed to solve: it is so'];
    expect(failureOf(run({ text }), plan).found).toBe('failed to solve: it is so');
  });
});
