import { planOf } from '../../test/fakes/facts';
import { FakeProbe } from '../../test/fakes/registry';
import type { ProbeResult } from '../ports/probe';
import { verifyPush } from './verify';

describe('verifyPush', () => {
  const plan = planOf();
  it.each<[string, ProbeResult, boolean, string | undefined]>([
    ['the digest', { state: 'present', digest: 'sha256:x' }, true, undefined],
    ['another one', { state: 'present', digest: 'sha256:y' }, false, 'holds sha256:y'],
    ['no digest', { state: 'present', digest: undefined }, false, 'holds no digest'],
    ['nothing', { state: 'missing' }, false, 'the registry does not have it'],
    ['no answer', { state: 'slow', message: 'slow' }, false, 'slow'],
    ['no access', { state: 'unknown', message: '403' }, false, '403'],
  ])('%s', async (_, result, verified, message) => {
    const ref = plan.tags[0] ?? '';
    const published = await verifyPush(plan, 'sha256:x', new FakeProbe({ [ref]: result }));
    expect(published.tags).toEqual([{ ref, verified, message }]);
  });
});
