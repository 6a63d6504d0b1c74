import runHasher from './hasher';

const KEY = { dependentTasksOutputFiles: '.nx-docker-cache/api/stages/builder.key' };
const task = (project: string, target: string) => ({
  id: `${project}:${target}`,
  target: { project, target },
});
const TEST = task('api', 'docker-test');

/** @param others what the run has beside the task, and whether the task waits for it */
const hashOf = async (inputs: readonly unknown[], others: Readonly<Record<string, boolean>> = {}) => {
  const added = Object.keys(others).map((id) => task(...(id.split(':') as [string, string])));
  const taskGraph = {
    tasks: Object.fromEntries([TEST, ...added].map((one) => [one.id, one])),
    dependencies: { [TEST.id]: Object.keys(others).filter((id) => others[id]) },
  };
  const asked: unknown[] = [];
  const hasher = {
    hashTask: async (...words: unknown[]) => {
      asked.push(words);
      return { value: 'by Nx', details: {} };
    },
  };
  const projectGraph = { nodes: { api: { data: { targets: { 'docker-test': { inputs } } } } } };
  const hash = await runHasher(TEST, { hasher, taskGraph, projectGraph, env: { A: '1' } });
  expect(asked).toEqual([[TEST, taskGraph, { A: '1' }]]);
  return hash;
};

it('is what Nx makes of its inputs where the build is in the run', async () => {
  expect(await hashOf([KEY], { 'api:docker-build': true })).toEqual({ value: 'by Nx', details: {} });
});

it.each<[string, Readonly<Record<string, boolean>>]>([
  ['no other task is', {}],
  ['it does not wait for the build', { 'api:docker-build': false }],
  ['it waits for another project only', { 'web:docker-build': true }],
])('is never the same where %s in the run', async (_, others) => {
  const [one, other] = [await hashOf([KEY], others), await hashOf([KEY], others)];
  expect(one.value).toMatch(/^[0-9a-f]{32}$/);
  expect(other.value).not.toBe(one.value);
  expect(one).toMatchObject({ details: {} });
});

it('is what Nx makes of inputs that need no other task', async () => {
  expect((await hashOf(['{projectRoot}/**/*', { env: 'A' }])).value).toBe('by Nx');
});
