import type { ContentKey, InstructionInputs } from '../model/content';
import type { Receipt } from '../model/receipt';
import { explainBuild } from './explain';

function input(text: string, more: Partial<InstructionInputs> = {}): InstructionInputs {
  return { line: 1, text, digest: text, digestWithoutModes: text, files: 0, bytes: 0, ...more };
}

const COPY = input('COPY src src', { line: 3, files: 12 });
const BEFORE = [input('FROM node:20'), input('ARG VERSION'), COPY, input('RUN npm ci')];

function explain(
  now: readonly InstructionInputs[],
  before: readonly InstructionInputs[] = BEFORE,
  lastKey = 'old',
) {
  const last = { contentKey: lastKey, inputs: before } as Receipt;
  return explainBuild(last, { key: 'new', inputs: now } as ContentKey);
}

const changed = (at: number, more: Partial<InstructionInputs> = {}): InstructionInputs[] =>
  BEFORE.with(at, { ...BEFORE[at]!, digest: 'x', digestWithoutModes: 'x', ...more });

it('says nothing without a last build, and where nothing differs', () => {
  expect(explainBuild(undefined, { key: 'new', inputs: BEFORE } as unknown as ContentKey)).toBeUndefined();
  expect(explain(BEFORE, BEFORE, 'new')).toBeUndefined();
});

it.each<[string, InstructionInputs[], string]>([
  ['files', changed(2), 'COPY src src: content or names of its 12 files changed'],
  ['one more file', changed(2, { files: 13 }), 'COPY src src: 1 file more (13 now)'],
  ['fewer files', changed(2, { files: 10 }), 'COPY src src: 2 files fewer (10 now)'],
  ['a base', changed(0), 'FROM node:20: the base is another one'],
  ['a build arg', changed(1), 'ARG VERSION: the build arg has another value'],
  [
    'a stage that is copied from',
    changed(3),
    'RUN npm ci: what it takes from another stage, image or heredoc changed',
  ],
  ['an instruction', BEFORE.with(3, input('RUN npm install')), 'RUN npm install: it is new or changed'],
  ['an instruction in between', BEFORE.toSpliced(1, 0, input('ENV A=1')), 'ENV A=1: it is new or changed'],
  ['the order', [BEFORE[0]!, COPY, BEFORE[1]!], 'COPY src src: it stood elsewhere'],
  ['the last one gone', BEFORE.slice(0, 3), 'RUN npm ci: it is gone'],
  [
    'no instruction',
    BEFORE,
    'a label, a platform, a secret or another option of the build is not what it was',
  ],
])('names the first difference: %s', (_, now, what) => {
  expect(explain(now)).toMatchObject({ what, cure: undefined });
});

it('names the line', () => {
  expect(explain(changed(2))?.line).toBe(3);
  expect(explain(BEFORE)?.line).toBeUndefined();
});

it('says umask where only permissions differ', () => {
  expect(explain(BEFORE.with(2, { ...COPY, digest: 'x' }))).toEqual({
    line: 3,
    what: 'COPY src src: only permission bits differ, no content does',
    cure: expect.stringContaining('umask 0022'),
  });
});

it('is short where an instruction is long', () => {
  const text = `RUN ${'x'.repeat(500)}`;
  expect(explain([...BEFORE, input(text)])?.what.length).toBeLessThan(120);
});
