import { nxTasks } from './nx-tasks';

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
