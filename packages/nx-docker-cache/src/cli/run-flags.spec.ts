import { parseRun } from './run-flags';

it('takes a task, or a command', () => {
  expect(parseRun(['api', 'test', '--no-skip'])).toMatchObject({
    ...{ project: 'api', task: 'test', options: { skip: false } },
  });
  expect(parseRun(['api', 'test']).options).toEqual({});
  expect(parseRun(['api', '--stage', 'b', '--', 'npm', 'test', '--x'])).toMatchObject({
    ...{ project: 'api', task: undefined, options: { stage: 'b', command: ['npm', 'test', '--x'] } },
  });
});

it.each([
  [[], 'run needs a project'],
  [['api'], 'run needs a task, or a command after --'],
  [['api', 'test', 'more'], 'run takes one project and one task; found api, test, more'],
  [['api', 'test', '--', 'x'], 'the task test has a command of its own; found another one after --'],
])('%j is wrong', (argv, message) => {
  expect(() => parseRun(argv)).toThrow(expect.objectContaining({ code: 'USAGE', message }));
});
