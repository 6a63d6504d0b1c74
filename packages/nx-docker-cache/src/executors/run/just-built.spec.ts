import type { ExecutorContext } from '@nx/devkit';
import { justBuilt } from './just-built';

/** @param dependencies by id, `project:target` */
function context(dependencies: Record<string, string[]>): ExecutorContext {
  const tasks = Object.fromEntries(
    Object.keys(dependencies).map((id) => {
      const [project, target] = id.split(':');
      return [id, { id, target: { project, target } }];
    }),
  );
  return {
    ...{ projectName: 'api', targetName: 'docker-test', taskGraph: { tasks, dependencies } },
  } as unknown as ExecutorContext;
}

it.each<[string, Record<string, string[]>, boolean]>([
  ['at once', { 'api:docker-test': ['api:docker-build'], 'api:docker-build': [] }, true],
  [
    'by way of another',
    { 'api:docker-test': ['api:prepare'], 'api:prepare': ['api:docker-build'], 'api:docker-build': [] },
    true,
  ],
  ['not at all', { 'api:docker-test': [], 'api:docker-build': [] }, false],
  ['on another project’s', { 'api:docker-test': ['web:docker-build'], 'web:docker-build': [] }, false],
  ['with its dependencies left out', { 'api:docker-test': [] }, false],
])('knows what the task depends on: %s', (_, dependencies, expected) => {
  expect(justBuilt('docker-build', context(dependencies))).toBe(expected);
});

it('does not believe what nobody tells', () => {
  expect(justBuilt('docker-build', { projectName: 'api', targetName: 'docker-test' })).toBe(false);
});
