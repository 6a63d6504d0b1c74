import { rowName } from './row-name';

it('names the target where a batch has several builds of one project', () => {
  const targets = [
    { project: 'api', target: 'docker-build' },
    { project: 'api', target: 'docker-build-web' },
    { project: 'web', target: 'docker-build' },
  ];
  const batch = targets.map((target) => ({ target }));
  expect(targets.map((target) => rowName(target, batch))).toEqual([
    ...['api:docker-build', 'api:docker-build-web', 'web'],
  ]);
});
