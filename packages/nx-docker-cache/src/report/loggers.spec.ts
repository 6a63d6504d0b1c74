import { FakeLogger } from '../../test/fakes/listeners';
import { CollectedLines, prefixed } from './loggers';

describe('lines of several projects', () => {
  it('begin with the project on a terminal', () => {
    const to = new FakeLogger();
    const logger = prefixed(to, 'api', 5);
    logger.line('one\ntwo');
    logger.warn('three');
    expect(to.lines).toEqual(['api   │ one', 'api   │ two', 'api   │ warning: three']);
    expect(logger.columns).toBeUndefined();
    const wide = Object.assign(new FakeLogger(), { columns: 100 });
    expect(prefixed(wide, 'api', 5).columns).toBe(92);
  });

  it('are kept by task, of very many the first and the last', () => {
    const lines = new CollectedLines(false);
    lines.line('first');
    lines.warn('odd');
    expect(lines.text()).toBe('first\nwarning: odd\n');
    for (let index = 0; index < 100_000; index++) lines.line(`line ${index}`);
    const kept = lines.text().split('\n');
    expect(kept.length).toBeLessThan(2_300);
    expect(kept[0]).toBe('first');
    expect(kept.at(-2)).toBe('line 99999');
    const [, dropped] = /… (\d+) lines are left out …/.exec(lines.text()) ?? [];
    expect(Number(dropped)).toBe(100_002 - (kept.length - 2));
  });
});
