import { engineLost } from './lost';

const step = (name: string, error: string) => ({ digest: 'sha256:1', name, error, log: [] });
const check = (answer?: string) => ({ check: () => Promise.resolve(answer) });
const argv = ['docker', 'buildx', 'build', '--builder', 'pool', '.'];

describe('engineLost', () => {
  it.each(['[internal] waiting for connection', '[internal] booting buildkit'])(
    'names the builder where buildx failed in %s',
    async (name) => {
      const failed = [step(name, 'context deadline exceeded')];
      expect(await engineLost({ failed, stall: undefined }, { argv }, check())).toMatchObject({
        code: 'NO_DAEMON',
        message: 'the builder pool does not answer',
        found: 'context deadline exceeded',
        hint: 'See what it says of itself: docker buildx inspect pool --bootstrap.',
      });
    },
  );

  it('asks the builder where no step failed, and believes a step that did', async () => {
    const lost = { failed: [], stall: undefined };
    expect(await engineLost(lost, { argv }, check('pool is inactive'))).toMatchObject({
      code: 'NO_DAEMON',
      found: 'pool is inactive',
    });
    expect(await engineLost(lost, { argv }, check())).toBeUndefined();
    const failed = [step('[1/2] RUN false', 'exit code: 1')];
    expect(await engineLost({ failed, stall: undefined }, { argv }, check('gone'))).toBeUndefined();
  });
});
