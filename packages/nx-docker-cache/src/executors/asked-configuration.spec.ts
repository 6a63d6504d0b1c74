import { askedConfiguration } from './asked-configuration';

const projectsConfigurations = {
  projects: { api: { targets: { 'docker-test': { defaultConfiguration: 'ci' }, 'docker-build': {} } } },
};
const context = { projectName: 'api', targetName: 'docker-test', projectsConfigurations };
const task = (project: string, target: string, configuration?: string) => ({
  target: { project, target, ...(configuration === undefined ? {} : { configuration }) },
});

it('is that of the task of this run, also where the task has none', () => {
  const tasks = { a: task('api', 'docker-build', 'production'), b: task('web', 'docker-build') };
  const asked = askedConfiguration({ ...context, configurationName: 'ci', taskGraph: { tasks } });
  expect(asked('api', 'docker-build')).toBe('production');
  const release = askedConfiguration({ ...context, configurationName: 'release', taskGraph: { tasks } });
  expect(release('web', 'docker-build')).toBeUndefined();
});

it('is what this task was asked for where the run has no other; its default one tells nothing', () => {
  expect(askedConfiguration({ ...context, configurationName: 'ci' })('web', 'image')).toBeUndefined();
  expect(askedConfiguration({ ...context, configurationName: 'release' })('web', 'image')).toBe('release');
  expect(askedConfiguration({ projectsConfigurations })('web', 'image')).toBeUndefined();
});
