import { portsOf, world } from '../../test/fakes/ports';
import { lastReceipt } from './last-receipt';

const RECEIPT = {
  ...{ version: 1, contentKey: 'k', obstacles: [], stages: [] },
  inputs: [{ text: 'FROM a', digest: 'd' }],
};
const read = (text?: string) =>
  lastReceipt(
    'receipt.json',
    portsOf(world({ files: text === undefined ? {} : { 'receipt.json': text } })).files,
  );

it('is what the last run wrote', async () => {
  expect(await read(JSON.stringify(RECEIPT))).toEqual(RECEIPT);
});

it('has neither obstacles nor parts where a version wrote it that knew none of them', async () => {
  const stage = { stage: 'app', digest: 'sha256:d' };
  const part = { platform: 'linux/amd64' };
  const before = await read(JSON.stringify({ ...RECEIPT, stages: [stage] }));
  expect(before?.stages).toEqual([{ ...stage, obstacles: [], parts: [] }]);
  const parted = await read(JSON.stringify({ ...RECEIPT, stages: [{ ...stage, parts: [part] }] }));
  expect(parted?.stages[0]?.parts).toEqual([{ ...part, obstacles: [] }]);
});

it.each([
  undefined,
  '',
  '{',
  'null',
  '[]',
  '"x"',
  JSON.stringify({ ...RECEIPT, version: 2 }),
  JSON.stringify({ ...RECEIPT, contentKey: 1 }),
  JSON.stringify({ ...RECEIPT, obstacles: undefined }),
  JSON.stringify({ ...RECEIPT, stages: undefined }),
  JSON.stringify({ ...RECEIPT, inputs: undefined }),
  JSON.stringify({ ...RECEIPT, inputs: [null] }),
])('is none where the file holds %j', async (text) => {
  expect(await read(text)).toBeUndefined();
});

it('is none where the file cannot be read', async () => {
  const { files } = portsOf(world());
  expect(
    await lastReceipt('r', { ...files, readText: () => Promise.reject(new Error('EISDIR')) }),
  ).toBeUndefined();
});
