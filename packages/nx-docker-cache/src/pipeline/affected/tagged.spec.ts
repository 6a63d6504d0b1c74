import { affectedIn, type ChangedWorld } from '../../../test/fakes/affected';
import { builds, projectOf } from '../../../test/fakes/inspect';
import { sourceOf } from '../../../test/fakes/facts';

const COMMIT = sourceOf({}).commit!;
const SHORT = COMMIT.slice(0, 7);
const TAGGED = { image: 'r.test/acme/{projectName}', push: true, load: false };
const reads = (base: string): string => `ARG TAG\nFROM r.test/acme/${base}:\${TAG}\nCOPY a /\n`;

/** web stands on base and that on root; docs on root as well. */
const world = (
  options: object,
  more: Partial<ChangedWorld> = {},
  froms: Readonly<Record<string, string>> = {},
): ChangedWorld => {
  const all = { ...TAGGED, ...options };
  const names = ['root', 'base', 'web', 'docs'];
  return {
    projects: names.map((name) => projectOf(`apps/${name}`, [], builds(all))),
    files: {
      ...Object.fromEntries(names.map((name) => [`apps/${name}/a`, ''])),
      'apps/root/Dockerfile': 'FROM scratch\nCOPY a /\n',
      'apps/base/Dockerfile': froms['base'] ?? reads('root'),
      'apps/web/Dockerfile': froms['web'] ?? reads('base'),
      'apps/docs/Dockerfile': 'FROM scratch\nCOPY a /\n',
    },
    changed: ['apps/web/a'],
    // Elsewhere than in Nx a build arg with the commit's id in it concerns who has it.
    runner: { name: 'nx', tasks: [{ project: 'web', target: 'docker-build' }] },
    ...more,
  };
};
const chosen = async (of: ChangedWorld): Promise<string[]> =>
  (await affectedIn(of)).projects.map(
    ({ name, reasons }) => `${name}: ${reasons.map(({ kind }) => kind).join()}`,
  );
const BY_COMMIT = { buildArgs: { TAG: '{shortSha}' }, tags: ['{shortSha}'] };
const ALL_TAGGED = ['base: tag', 'root: tag', 'web: source'];

describe('a base that nothing concerns', () => {
  it('is among what is built where its tag of this run is read, and so is what it reads itself', async () => {
    const { projects, unaffected } = await affectedIn(world(BY_COMMIT));
    expect(projects.map(({ name }) => name)).toEqual(['base', 'root', 'web']);
    expect(unaffected).toBe(1);
    expect(projects[0]?.reasons).toEqual([
      {
        ...{ kind: 'tag', files: [], count: 0, project: 'web' },
        text: `web reads the tag that it gets in this run (r.test/acme/base:${SHORT}, line 2)`,
      },
    ]);
  });

  it('is so by the tags that are given by default, and by the branch', async () => {
    expect(await chosen(world({ buildArgs: { TAG: '{shortSha}' } }))).toEqual(ALL_TAGGED);
    const branch = { source: { branch: 'feature' } };
    const byBranch = { buildArgs: { TAG: '{branch}' }, tags: ['latest', '{branch}'] };
    expect(await chosen(world(byBranch, branch))).toEqual(ALL_TAGGED);
  });

  it('is what it stands on where only that one is read by such a tag', async () => {
    const froms = { base: 'FROM r.test/acme/root:stable\nCOPY a /\n' };
    expect(await chosen(world(BY_COMMIT, {}, froms))).toEqual(['base: tag', 'web: source']);
  });

  it.each([
    ['another tag than it gets', { ...BY_COMMIT, buildArgs: { TAG: 'stable' } }],
    ['a tag that every run gives', { tags: ['stable', '{shortSha}'], buildArgs: { TAG: 'stable' } }],
    ['what is loaded on every machine', { push: false, load: true, buildArgs: { TAG: 'dev' } }],
  ])('is left out where %s is read', async (_, options) => {
    expect(await chosen(world(options))).toEqual(['web: source']);
  });

  it('is left out where it is pinned by digest', async () => {
    const web = `ARG TAG\nFROM r.test/acme/base:\${TAG}@sha256:${'1'.repeat(64)}\nCOPY a /\n`;
    expect(await chosen(world(BY_COMMIT, {}, { web }))).toEqual(['web: source']);
  });

  it('is so without a task runner, too', async () => {
    const git = { runner: { name: 'git' as const, tasks: [] } };
    expect(await chosen(world(BY_COMMIT, git))).toEqual([
      ...['base: options', 'root: tag', 'web: options,source,image'],
    ]);
  });
});
