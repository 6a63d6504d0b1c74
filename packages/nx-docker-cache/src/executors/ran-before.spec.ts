import { ranBefore } from './ran-before';

const context = (dependencies: Record<string, string[]>) => {
  const ids = [...new Set([...Object.keys(dependencies), ...Object.values(dependencies).flat()])];
  const tasks = Object.fromEntries(
    ids.map((id) => {
      const [project = '', target = ''] = id.split(':');
      return [id, { id, target: { project, target } }];
    }),
  );
  return {
    ...{ projectName: 'api', targetName: 'docker-publish' },
    taskGraph: { tasks, dependencies },
  };
};

it('names what the task depends on, however far, of its own project', () => {
  const graph = context({
    'api:docker-publish:ci': ['api:all', 'web:docker-test'],
    'api:all': ['api:docker-test'],
    'api:docker-test': ['api:docker-build'],
    'api:docker-lint': ['api:docker-build'],
  });
  expect([...ranBefore(graph)].sort()).toEqual(['all', 'docker-build', 'docker-test']);
});

it('takes no task that only runs beside it, and ends where tasks wait for each other', () => {
  const graph = context({ 'api:docker-publish': ['api:a'], 'api:a': ['api:b'], 'api:b': ['api:a'] });
  expect([...ranBefore(graph)].sort()).toEqual(['a', 'b']);
  expect([...ranBefore(context({ 'api:docker-publish': [], 'api:docker-test': [] }))]).toEqual([]);
  expect([...ranBefore(context({ 'api:docker-publish': ['web:docker-build'] }))]).toEqual([]);
  expect([...ranBefore({ projectName: 'api', targetName: 'docker-publish' })]).toEqual([]);
});
