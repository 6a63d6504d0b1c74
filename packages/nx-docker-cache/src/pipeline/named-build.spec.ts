import { fakeWorld } from '../../test/fakes/world';
import { buildName, namedBuild } from './named-build';

describe('a build that somebody names', () => {
  const { workspace } = fakeWorld().ports;
  const projects = ['api', 'group', 'group:api', 'group:api:x'].map((name) => ({
    name,
    root: name,
    builds: [],
  }));
  const read = async (text: string): Promise<string[]> => {
    const { name, target } = await namedBuild(text, { ...workspace, builds: async () => projects });
    return [name, ...(target === undefined ? [] : [target])];
  };

  it.each([
    ['api', ['api']],
    ['apps/api', ['apps/api']],
    ['api:docker-build-debug', ['api', 'docker-build-debug']],
    ['api:docker:debug', ['api', 'docker:debug']],
    ['apps/api:docker-build', ['apps/api', 'docker-build']],
    ['group:api', ['group:api']],
    ['group:api:docker-build', ['group:api', 'docker-build']],
    ['group:web', ['group', 'web']],
    ['apix:docker-build', ['apix', 'docker-build']],
  ])('%s', async (text, parts) => {
    expect(await read(text)).toEqual(parts);
  });

  it('is called by its project alone where it is the first one', () => {
    expect([buildName('a', 'x', 'x'), buildName('a', 'y', 'x')]).toEqual(['a', 'a:y']);
  });
});
