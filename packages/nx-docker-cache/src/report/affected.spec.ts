import type { AffectedProject, AffectedReport } from '../model/affected';
import { formatAffected } from './affected';

const reason = (text: string, files: readonly string[] = []) =>
  ({ kind: 'source', files, count: files.length, line: 3, project: undefined, text }) as const;
const api: AffectedProject = {
  ...{ name: 'api', root: 'apps/api', target: 'docker-build' },
  reasons: [reason('COPY at line 3', ['a', 'b'])],
  skip: { state: 'needed', reason: 'the registry does not hold it' },
};
const report: AffectedReport = {
  ...{ version: 1, workspace: { root: '/repo', tools: [] }, decidedBy: 'git', changed: 2, unaffected: 3 },
  range: { base: '0123456789', from: '--base', head: undefined },
  ...{ projects: [api], warnings: [] },
};
const plain = { colors: false };

describe('formatAffected', () => {
  it('shows a line for each build, and why', () => {
    expect(formatAffected(report, plain)).toEqual([
      '1 of 4 builds are concerned since 0123456 (--base), 2 files changed',
      '',
      '  project  why                           build',
      '  api      a and 1 more: COPY at line 3  needed: the registry does not hold it',
    ]);
  });

  it('shows three reasons, and how many more there are; a target where it is not the usual one', () => {
    const reasons = ['one', 'two', 'three', 'four', 'five'].map((text) => reason(text));
    const more = { ...api, target: 'image', reasons, skip: { state: 'unasked', reason: 'x' } as const };
    expect(formatAffected({ ...report, projects: [more] }, plain).slice(2)).toEqual([
      ...['  project    why         build', '  api:image  one', '             two', '             three'],
      '             and 2 more',
    ]);
  });

  it('says so where nothing is concerned, where all is, and what may be missed', () => {
    const none = { ...report, projects: [], changed: 1, warnings: ['look'] };
    expect(formatAffected(none, plain)).toEqual([
      '0 of 3 builds are concerned since 0123456 (--base), 1 file changed',
      ...['', 'warning  look'],
    ]);
    const first = {
      ...report,
      range: { base: undefined, from: 'this is the first commit', head: undefined },
    };
    expect(formatAffected(first, plain)[0]).toBe('1 of 4 builds are concerned: this is the first commit');
  });
});
