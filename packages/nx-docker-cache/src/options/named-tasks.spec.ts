import { namedTasks } from './named-tasks';

it('gives each task the stage that stands beside them, unless it has its own', () => {
  const tasks = { test: 'npm test', lint: { command: ['npm', 'run', 'lint'], stage: 'tools' } };
  expect(namedTasks({ stage: 'builder', tasks, target: 'prod' })).toEqual({
    test: { stage: 'builder', command: 'npm test' },
    lint: { stage: 'tools', command: ['npm', 'run', 'lint'] },
  });
  expect(namedTasks({ tasks: { test: 'npm test' } })).toEqual({ test: { command: 'npm test' } });
});

it.each([[undefined], [null], ['x'], [{ tasks: [] }], [{ stage: 'x' }]])('%j has none', (options) => {
  expect(namedTasks(options)).toEqual({});
});
