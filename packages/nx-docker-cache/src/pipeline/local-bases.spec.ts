import { portsOf, world, type World } from '../../test/fakes/ports';
import { pulling } from './local-bases';
import { prepare } from './prepare';

const BASE = 'r.test/base:main';
const NEW = { digest: `sha256:${'a'.repeat(64)}` };
const OLD = `sha256:${'b'.repeat(64)}`;
const FILES = { Dockerfile: `FROM ${BASE}\nCOPY a /\n`, a: 'a' };

/** Does the build pull? @param base options of the build that makes the base image */
async function pulls(
  more: Partial<World> = {},
  options: Record<string, unknown> = {},
  base: Record<string, unknown> = { push: true },
): Promise<boolean> {
  const state = world({ files: FILES, images: { [BASE]: NEW }, loaded: { [BASE]: OLD }, ...more });
  const ports = portsOf(state);
  const builds = [{ target: 'docker-build', options: { registry: 'r.test', tags: 'main', ...base } }];
  const workspace = {
    ...{ facts: () => ports.workspace.facts(), builds: async () => [{ name: 'base', root: 'base', builds }] },
  };
  const project = { name: 'api', root: '.', target: 'docker-build' };
  const written = { registry: 'r.test', tags: 't', push: true, load: false, ...options };
  const prepared = await prepare({ ...project, options: written }, ports, false);
  const { pull } = await pulling(prepared, state.engine, {
    ...ports,
    workspace: { ...ports.workspace, ...workspace },
  });
  return pull;
}

describe('an image that others get', () => {
  it('is made from what the registry has, where the engine has another of that name', async () => {
    expect(await pulls()).toBe(true);
    expect(await pulls({ engine: { ...world().engine, containerdStore: false } })).toBe(true);
  });

  it.each<[string, Partial<World>, Record<string, unknown>, Record<string, unknown>]>([
    ['the engine has the same', { loaded: { [BASE]: NEW.digest } }, {}, {}],
    ['the engine has none', { loaded: {} }, {}, {}],
    ['its builder does not see the engine’s', { engine: { ...world().engine, driver: 'remote' } }, {}, {}],
    ['it is for this engine alone', {}, { push: false, load: true }, {}],
    ['no registry has it', { images: {} }, {}, {}],
    ['another project makes it for the engine alone', {}, {}, { push: false, load: true }],
  ])('is made from what there is, where %s', async (_, more, options, base) => {
    expect(await pulls(more, options, { push: true, ...base })).toBe(false);
  });
});
