import { graphTargets } from './graph-targets';

const build = { executor: 'nx-docker-cache:build' };
const run = (options: object = {}) => ({ executor: 'nx-docker-cache:run', options });
const publish = (options: object = {}) => ({ executor: 'nx-docker-cache:publish', options });

it('finds stage tasks by their executor, whatever they are called, and none that does not end', () => {
  const api = { targets: { image: build, 'image-test': run(), smoke: run(), lint: { executor: 'other' } } };
  const web = { targets: { 'docker-build': build, smoke: run(), serve: { ...run(), continuous: true } } };
  expect(graphTargets([api, {}, web])).toEqual({ tasks: ['image-test', 'smoke'], publish: [] });
});

it('finds one target for each image that publishes it, and not that of a release', () => {
  const api = {
    targets: {
      ...{ 'docker-build': build, 'docker-build-debug': build, 'nx-release-publish': publish() },
      ...{ tag: publish({ build: 'docker-build' }), 'tag-debug': publish({ build: 'docker-build-debug' }) },
      promote: publish(),
    },
  };
  expect(graphTargets([api, { targets: { 'docker-publish': publish() } }]).publish).toEqual([
    ...['docker-publish', 'tag', 'tag-debug'],
  ]);
});
