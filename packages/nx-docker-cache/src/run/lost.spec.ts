import { engineLost } from './lost';

const step = (name: string, error: string, log: readonly string[] = []) => ({
  ...{ digest: 'sha256:1', name, error, log },
});
const run = (...failed: ReturnType<typeof step>[]) => ({
  ...{ failed, reached: true, stall: undefined, text: [] as string[] },
});
const check = (answer?: string) => ({ check: () => Promise.resolve(answer) });
const plan = {
  argv: ['docker', 'buildx', 'build', '--builder', 'pool', '.'],
  engine: { builder: 'pool', driver: 'kubernetes', server: '28.5.2', buildx: undefined },
};
const box = { ...plan, engine: { ...plan.engine, driver: 'docker-container' } };

describe('engineLost', () => {
  it.each(['[internal] waiting for connection', '[internal] booting buildkit'])(
    'names the builder where buildx failed in %s',
    async (name) => {
      const failed = run(step(name, 'context deadline exceeded'));
      expect(await engineLost(failed, plan, check())).toMatchObject({
        code: 'NO_DAEMON',
        message: 'the builder pool does not answer',
        found: 'context deadline exceeded',
        hint: 'See what it says of itself: docker buildx inspect pool --bootstrap.',
      });
    },
  );

  it('asks the builder where no step failed, and believes a step that did', async () => {
    const lost = run();
    expect(await engineLost(lost, plan, check('pool is inactive'))).toMatchObject({
      code: 'NO_DAEMON',
      message: 'the engine was lost in mid-run',
      found: 'pool is inactive',
    });
    expect(await engineLost(lost, plan, check())).toBeUndefined();
    const failed = run(step('[1/2] RUN false', 'exit code: 1'));
    expect(await engineLost(failed, plan, check('gone'))).toBeUndefined();
  });

  it('calls nothing lost that was never reached', async () => {
    expect(
      await engineLost({ ...run(), reached: false }, plan, check('pool said no configuration')),
    ).toMatchObject({
      code: 'NO_DAEMON',
      message: 'the builder pool does not answer',
      found: 'pool said no configuration',
    });
    const text = ['#1 ERROR: x', 'ERROR: image: not found', 'see the manual'];
    expect(
      await engineLost({ ...run(), reached: false, text }, plan, check('pool is inactive')),
    ).toMatchObject({ found: 'image: not found' });
    expect(await engineLost({ ...run(), reached: false, text }, plan, check())).toBeUndefined();
  });

  it('shows what a builder printed that did not come up', async () => {
    const log = ['\0\0\0', 'buildkitd: no space left', ''];
    const failed = run(step('[internal] booting buildkit', 'exit code 1', log));
    expect(await engineLost(failed, box, check())).toMatchObject({
      found: 'buildkitd: no space left\nexit code 1',
      hint: expect.stringMatching(/inspect pool --bootstrap, docker logs buildx_buildkit_pool0\.$/),
    });
  });
});
