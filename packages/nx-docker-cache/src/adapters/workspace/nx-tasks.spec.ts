import { nxTargetTasks, nxTasks } from './nx-tasks';

const run = (options: object) => ({ executor: 'nx-docker-cache:run', options });

it('finds stage tasks by the names of their targets, and by their own; one that names no build is for any', () => {
  const [test, lint] = [{ stage: 'builder', command: 'x', buildTarget: 'docker-build' }, { stage: 'b' }];
  const targets = {
    'docker-build': { executor: 'nx-docker-cache:build' },
    'docker-test': run(test),
    lint: run(lint),
    'docker-e2e': run({ buildTarget: 'docker-build-web' }),
    'docker-web-test': run({ buildTarget: 'docker-build-web', command: 'y' }),
    serve: { executor: 'other', options: {} },
  };
  expect(nxTasks(targets, 'docker-build')).toEqual({ test, 'docker-test': test, lint });
  expect(Object.keys(nxTasks(targets, 'docker-build-web'))).toEqual([
    'test',
    'lint',
    'docker-e2e',
    'docker-web-test',
  ]);
});

it('of a target with a name of its own', () => {
  expect(Object.keys(nxTasks({ 'image-test': run({}) }, 'image'))).toEqual(['test', 'image-test']);
});

it('lists each task once, and none for another one whose name it ends in', () => {
  const [test, e2e] = [{ stage: 'builder', command: 'npm test' }, { stage: 'e2e' }];
  const targets = {
    'docker-build': {
      executor: 'nx-docker-cache:build',
      options: { tasks: { test: test.command }, stage: 'b' },
    },
    'docker-test': run(test),
    'docker-unit-test': run(e2e),
    'e2e-test': run(e2e),
    'web-test': run({ buildTarget: 'docker-build-web' }),
  };
  const listed = nxTargetTasks(targets, 'docker-build');
  expect(listed).toEqual({ 'docker-test': test, 'docker-unit-test': e2e, 'e2e-test': e2e });
});

it('lists tasks of the build’s own options that no target was inferred from', () => {
  const build = {
    executor: 'nx-docker-cache:build',
    options: { tasks: { test: 'x', lint: 'y' }, stage: 'b' },
  };
  const other = { stage: 'z' };
  expect(nxTargetTasks({ 'docker-build': build, test: run(other) }, 'docker-build')).toEqual({
    ...{ test: other, 'docker-test': { stage: 'b', command: 'x' }, lint: { stage: 'b', command: 'y' } },
  });
});
