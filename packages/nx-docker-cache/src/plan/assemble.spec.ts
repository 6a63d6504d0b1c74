import { COMMIT, planOf, TWO_STAGES } from '../../test/fakes/facts';
import { receiptPath } from './state';

describe('assemblePlan', () => {
  it('says everything that will happen', () => {
    expect(planOf({ source: { branch: 'topic' } })).toMatchObject({
      version: 1,
      project: 'api',
      projectRoot: 'apps/api',
      workspaceRoot: '/repo',
      dockerfile: 'apps/api/Dockerfile',
      context: 'apps/api',
      stages: [
        { index: 0, name: 'builder', base: 'node:20', reached: true },
        { index: 1, name: undefined, base: 'node:20-slim', reached: true },
      ],
      target: '1',
      image: 'reg.test/acme/api',
      scope: { name: 'topic' },
      trust: { tier: 'internal' },
      commit: COMMIT,
      branch: 'topic',
      receipt: '.nx-docker-cache/api/receipt.json',
      engine: { server: '28.5.2', driver: 'docker' },
      warnings: [],
    });
  });

  it('is plain data, and the same for the same input', () => {
    const plan = planOf({ options: { buildArgs: { A: 1 } } });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(
      JSON.parse(JSON.stringify(planOf({ options: { buildArgs: { A: 1 } } }))),
    );
    expect(JSON.stringify(plan)).toContain('"version":1');
  });

  it('marks the stages that the target does not need', () => {
    const { stages, target } = planOf({ options: { target: 'builder' } });
    expect(target).toBe('builder');
    expect(stages.map(({ reached }) => reached)).toEqual([true, false]);
  });

  it('warns of build args that nobody consumes, or that change with every run', () => {
    const dockerfile = `FROM node:20\nARG SHA\nRUN echo $SHA\n`;
    const { warnings } = planOf({ dockerfile, options: { buildArgs: { SHA: '{sha}', NOBODY: '1' } } });
    expect(warnings.map(({ code }) => code).sort()).toEqual(['UNUSED_BUILD_ARG', 'VOLATILE_BUILD_ARG']);
  });

  it.each(['{projectName}', '@acme/api'])('names the image of a scoped project by %s', (image) => {
    const cache = { repository: `reg.test/caches/${image}`, from: `reg.test/old/${image}:cache` };
    const plan = planOf({ name: '@acme/api', options: { image, cache } });
    expect(plan.image).toBe('reg.test/acme/acme/api');
    expect(plan.cache.to.map(({ ref }) => ref)).toEqual(['reg.test/caches/acme/api:cache-main']);
    expect(plan.cache.from.at(-1)?.ref).toBe('reg.test/old/acme/api:cache');
  });

  it.each([
    [{ target: 'nope' }, 'UNKNOWN_STAGE'],
    [{ image: 'Not Valid' }, 'INVALID_REFERENCE'],
    [{ tags: '{nope}' }, 'INVALID_TEMPLATE'],
    [{ tags: 'a/b' }, 'INVALID_REFERENCE'],
    [{ registry: 'acme' }, 'INVALID_REFERENCE'],
    [{ cache: { tag: '{scope}/x' } }, 'INVALID_REFERENCE'],
  ])('refuses %j: %s', (options, code) => {
    expect(() => planOf({ options })).toThrow(expect.objectContaining({ code }));
  });

  it('needs git only where a name does', () => {
    const source = { commit: undefined, branch: undefined, git: false, ci: false };
    expect(planOf({ source, dockerfile: TWO_STAGES }).loadTags).toEqual(['reg.test/acme/api:dev']);
    expect(() => planOf({ source, options: { push: true } })).toThrow(
      expect.objectContaining({ code: 'NO_GIT' }),
    );
  });
});

describe('receiptPath', () => {
  it.each([
    ['api', 'docker-build', '.nx-docker-cache/api/receipt.json'],
    ['@acme/api', 'docker-build', '.nx-docker-cache/@acme/api/receipt.json'],
    ['api', 'image:prod', '.nx-docker-cache/api/receipt.image-prod.json'],
  ])('%s %s', (project, target, path) => {
    expect(receiptPath(project, target)).toBe(path);
  });
});
