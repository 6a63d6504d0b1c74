import { contentOf } from '../../test/fakes/facts';
import type { InstructionInputs } from '../model/content';
import { joinedContent } from './joined-content';

const input = (line: number, digest: string): InstructionInputs => ({
  ...{ line, digest, text: `line ${line}`, files: 1, bytes: 1, digestWithoutModes: digest },
});
const amd64 = {
  platform: 'linux/amd64',
  content: contentOf({ key: 'a', inputs: [input(1, 'x'), input(2, 'y')], changed: 5 }),
};
const arm64 = {
  platform: 'linux/arm64',
  content: contentOf({ key: 'b', inputs: [input(1, 'x'), input(2, 'z')], changed: 7 }),
};

it('is the same in either order', () => {
  expect(joinedContent([amd64, arm64], { a: '1', b: '2' }).key).toBe(
    joinedContent([arm64, amd64], { b: '2', a: '1' }).key,
  );
});

it('is another one with another part, another platform or another annotation', () => {
  const other = { ...arm64, content: contentOf({ key: 'c' }) };
  const keys = [
    joinedContent([amd64, arm64], {}),
    joinedContent([amd64, other], {}),
    joinedContent([amd64, { ...arm64, platform: 'linux/386' }], {}),
    joinedContent([amd64, arm64], { a: '1' }),
  ].map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

it('names what its parts read once, by line', () => {
  const { inputs, changed } = joinedContent([amd64, arm64], {});
  expect(inputs.map(({ line, digest }) => [line, digest])).toEqual([
    [1, 'x'],
    [2, 'y'],
    [2, 'z'],
  ]);
  expect(changed).toBe(7);
});

it('proves nothing where one part proves nothing', () => {
  const obstacle = { line: 3, reason: 'an ADD without a checksum' };
  const unsure = { ...arm64, content: contentOf({ obstacles: [obstacle] }) };
  expect(joinedContent([amd64, unsure, { ...unsure, platform: 'linux/386' }], {}).obstacles).toEqual([
    obstacle,
  ]);
});
