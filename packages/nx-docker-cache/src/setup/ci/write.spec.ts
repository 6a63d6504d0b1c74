import { newFiles } from './index';

const PLAN = { files: [{ path: '.gitlab-ci.yml', text: 'include:\n  - local: x\n' }], notes: ['log in'] };

describe('files of a pipeline', () => {
  it('are written where there are none', () => {
    expect(newFiles(PLAN, () => undefined)).toEqual({ files: PLAN.files, kept: [], notes: ['log in'] });
  });

  it('are nothing new where they are the same', () => {
    expect(newFiles(PLAN, () => PLAN.files[0]!.text)).toEqual({ files: [], kept: [], notes: ['log in'] });
  });

  it('stay as they are where they are the user’s, with what to add', () => {
    const hint = 'add to .gitlab-ci.yml: include: - local: x';
    expect(newFiles(PLAN, () => 'mine')).toEqual({
      files: [],
      kept: ['.gitlab-ci.yml'],
      notes: ['log in', hint],
    });
  });
});
