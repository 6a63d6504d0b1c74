import { taskOptions } from './named-task';

const project = {
  ...{ name: 'api', root: 'apps/api', target: 'docker-build' },
  options: { stage: 'builder', tasks: { test: { command: 'npm test', env: { A: 1, B: null } } } },
  tasks: { e2e: { stage: 'e2e', command: 'npm run e2e', buildTarget: 'docker-build' } },
};

it('finds tasks of the build’s options and of the workspace', () => {
  expect(taskOptions(project, 'e2e', {})).toEqual({ stage: 'e2e', command: 'npm run e2e' });
  expect(taskOptions(project, 'test', { timeout: 5 })).toEqual({
    ...{ stage: 'builder', command: 'npm test', env: { A: 1, B: null }, timeout: 5 },
  });
});

it('lets the command line win, and adds its variables', () => {
  expect(taskOptions(project, 'test', { stage: 'other', env: ['A=2', 'C'] })).toEqual({
    ...{ stage: 'other', command: 'npm test', env: ['A=1', 'B', 'A=2', 'C'] },
  });
});

it('says what there is', () => {
  expect(() => taskOptions(project, 'tets', {})).toThrow(
    expect.objectContaining({
      ...{ code: 'UNKNOWN_TASK', expected: 'one of e2e, test', hint: 'Did you mean test?' },
    }),
  );
  expect(() => taskOptions({ ...project, options: {}, tasks: {} }, 'x', {})).toThrow(
    /UNKNOWN_TASK|no stage task/,
  );
});
