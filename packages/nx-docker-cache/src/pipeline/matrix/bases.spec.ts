/** A base that many stand on, over several agents. */
import { changedPorts, type ChangedWorld } from '../../../test/fakes/affected';
import { builds, projectOf } from '../../../test/fakes/inspect';
import type { ShardMatrix } from '../../model/matrix';
import type { ProbeResult } from '../../ports/probe';
import { planMatrix, type MatrixRequest } from './index';

const READERS = ['a', 'b', 'c', 'd'];
const OPTIONS = {
  image: 'r.test/acme/{projectName}',
  push: true,
  load: false,
  tags: ['{branch}', '{shortSha}'],
};
const present = (digest: string): ProbeResult => ({ state: 'present', digest });
/** What a registry holds by the part of the reference that tells. */
const holds =
  (all: Readonly<Record<string, string>>) =>
  (ref: string): ProbeResult => {
    const found = Object.entries(all).find(([part]) => ref.includes(part));
    return found === undefined ? { state: 'missing' } : present(found[1]);
  };
const HELD = { '/base:key-': 'sha256:1', '/base:main': 'sha256:1' };

const plan = (
  more: Partial<ChangedWorld> = {},
  asked: Partial<MatrixRequest> = {},
  { from = 'r.test/acme/base:main', options = {} } = {},
): Promise<ShardMatrix> => {
  const projects = ['base', ...READERS].map((name) =>
    projectOf(`apps/${name}`, [], builds({ ...OPTIONS, ...options })),
  );
  const files = {
    'apps/base/Dockerfile': 'FROM scratch\nRUN x\n',
    ...Object.fromEntries(
      READERS.map((name) => [`apps/${name}/Dockerfile`, `ARG TAG\nFROM ${from}\nRUN x\n`]),
    ),
  };
  const request = { shards: 3, affected: false, skipKnown: false, localTimes: false, base: undefined };
  return planMatrix(
    { ...request, head: undefined, ...asked },
    changedPorts({ files, projects, source: { branch: 'main' }, ...more }),
  );
};
const shards = ({ shards: all }: ShardMatrix): string[] => all.map(({ projects }) => projects.join(' '));
const task = (project: string) => ({ project, target: 'docker-build' });
const wait = (project: string, needs: string) => ({ build: task(project), needs: task(needs) });

describe('a base that many stand on', () => {
  it('keeps nobody where the registry holds it, and the name by which it is read says the same', async () => {
    const matrix = await plan({ registry: holds(HELD) });
    expect(shards(matrix)).toEqual(['a d', 'b base', 'c']);
    expect(matrix.weights.find(({ project }) => project === 'base')).toMatchObject({
      ...{ seconds: 0.5, from: 'skip' },
    });
    expect(matrix.notes.join()).not.toContain('base');
  });

  it('keeps all with it where it has to be built, and a note says what to do', async () => {
    const matrix = await plan();
    expect(shards(matrix)).toEqual(['base a b c d']);
    expect(matrix.notes.at(-1)).toBe(
      'base keeps 4 projects that need it on its agent: the registry does not hold it; built before the matrix is planned (nx-docker-cache build base), it keeps nobody',
    );
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['is not there yet', { '/base:key-': 'sha256:1' }],
    ['is still another image', { ...HELD, '/base:main': 'sha256:0' }],
  ])('keeps all with it where the name by which it is read %s', async (_, there) => {
    const matrix = await plan({ registry: holds(there) });
    expect(shards(matrix)).toEqual(['base a b c d']);
    expect(matrix.notes.at(-1)).toMatch(
      /: they read a tag of it that this run has yet to give; built before .* build base\)/,
    );
  });

  it('keeps nobody by a name that this run does not give', async () => {
    const there = holds({ '/base:key-': 'sha256:1', '/base:stable': 'sha256:0' });
    expect(shards(await plan({ registry: there }, {}, { from: 'r.test/acme/base:stable' }))).toHaveLength(3);
  });

  it('keeps those that read the tag of this run, until it is given', async () => {
    const own = { from: 'r.test/acme/base:${TAG}', options: { buildArgs: { TAG: '{shortSha}' } } };
    expect(shards(await plan({ registry: holds(HELD) }, {}, own))).toEqual(['base a b c d']);
    const given = holds({ ...HELD, '/base:': 'sha256:1' });
    expect(shards(await plan({ registry: given }, {}, own))).toHaveLength(3);
  });

  it('has no advice where nothing makes it skippable', async () => {
    const matrix = await plan({ registry: holds(HELD) }, {}, { options: { skip: false } });
    expect(matrix.notes.at(-1)).toBe(
      'base keeps 4 projects that need it on its agent: its options switch skipping off',
    );
  });

  it('is asked about by nobody where agents have to get the same', async () => {
    const registry = (): never => {
      throw new Error('asked');
    };
    const matrix = await plan({ registry }, { localTimes: true });
    expect(shards(matrix)).toEqual(['base a b c d']);
    expect(matrix.notes.at(-1)).toMatch(/: --local-times asks no registry for it$/);
  });

  it('stays with its readers where it is known, gets its tag, and known builds are left out', async () => {
    const own = { from: 'r.test/acme/base:${TAG}', options: { buildArgs: { TAG: '{shortSha}' } } };
    const known = holds({ ...HELD, '/a:key-': 'sha256:2' });
    const matrix = await plan({ registry: known }, { skipKnown: true }, own);
    expect(shards(matrix)).toEqual(['base b c d']);
    expect(matrix.skipped.map(({ project }) => project)).toEqual(['a']);
    const stable = await plan({ registry: known }, { skipKnown: true }, { from: 'r.test/acme/base:stable' });
    expect(stable.skipped.map(({ project }) => project)).toEqual(['a', 'base']);
  });
});

describe('what a task runner makes besides', () => {
  const order = READERS.map((name) => wait(name, 'base'));
  const runner = { name: 'nx' as const, tasks: [task('a'), task('b')], order };
  const affected = { affected: true, base: 'base' };
  const stable = { from: 'r.test/acme/base:stable' };

  it('is left to it where any agent skips it', async () => {
    const matrix = await plan({ runner, registry: holds(HELD) }, affected, stable);
    expect(shards(matrix)).toEqual(['a', 'b']);
  });

  it('is planned, with those that wait for it, where it would be built by each agent', async () => {
    const matrix = await plan({ runner }, affected, stable);
    expect(shards(matrix)).toEqual(['base a b']);
    expect(matrix.notes).toContain(
      'base is planned as well: others wait for it, so that their agents build it, and the registry does not hold it',
    );
  });

  it('binds through what is skipped', async () => {
    // a and b wait for d, which is there, and d for base, which is not.
    const through = { ...runner, order: [wait('a', 'd'), wait('b', 'd'), wait('d', 'base')] };
    const there = holds({ '/d:key-': 'sha256:2' });
    const apart = { from: 'scratch' };
    expect(shards(await plan({ runner: through, registry: there }, affected, apart))).toEqual(['base a b']);
    const all = holds({ '/d:key-': 'sha256:2', ...HELD });
    expect(shards(await plan({ runner: through, registry: all }, affected, apart))).toEqual(['a', 'b']);
  });

  it('is left to it where agents have to get the same', async () => {
    expect(shards(await plan({ runner }, { ...affected, localTimes: true }, stable))).toEqual(['a', 'b']);
  });
});
