import type { ExecutorContext } from '@nx/devkit';
import { buildOf } from './build-of';

const targets = {
  image: {
    executor: 'nx-docker-cache:build',
    options: { image: 'api', platforms: ['linux/amd64', 'linux/arm64'] },
    configurations: { production: { image: 'api-prod' }, arm64: { platforms: ['linux/arm64'] } },
    defaultConfiguration: 'production',
  },
  test: { executor: 'nx-docker-cache:run', configurations: { arm64: {} } },
};

function context(configurationName: string | undefined, inGraph?: string): ExecutorContext {
  const tasks = { a: { target: { project: 'api', target: 'image', configuration: inGraph } } };
  return {
    ...{ projectName: 'api', targetName: 'test', configurationName },
    projectsConfigurations: { projects: { api: { root: 'apps/api', targets } } },
    taskGraph: { tasks: inGraph === undefined ? {} : tasks },
  } as unknown as ExecutorContext;
}

it.each([
  ['its default configuration', context(undefined), { image: 'api-prod' }],
  ['the one of its task in this run', context(undefined, 'arm64'), { platforms: ['linux/arm64'] }],
  ['the one that the task was asked for', context('arm64'), { platforms: ['linux/arm64'] }],
  ['its default one where it has none of that name', context('other'), { image: 'api-prod' }],
])('takes a build in %s', (_, given, changed) => {
  const { platforms } = targets.image.options;
  expect(buildOf(undefined, given)).toEqual({
    ...{ name: 'api', root: 'apps/api', target: 'image', platforms },
    options: { ...targets.image.options, ...changed },
  });
});

it('says which targets build an image', () => {
  expect(() => buildOf('imge', context(undefined))).toThrow(
    expect.objectContaining({ code: 'NO_TARGET', hint: 'Did you mean image?' }),
  );
});
