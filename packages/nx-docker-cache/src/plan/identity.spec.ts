import { factsOf, optionsOf } from '../../test/fakes/facts';
import { identify } from './identity';

it.each<[string, string, number]>([
  ['a build that copies a file', 'FROM a AS b\nCOPY x /\nFROM b\n', 1],
  ['a build that reads no file', 'FROM a\nRUN x\n', 0],
  ['a build whose own stages read none', 'FROM a AS b\nCOPY x /\nFROM a\nRUN x\n', 0],
])('of %s that its context is a guess is worth a warning, or not', (_, dockerfile, count) => {
  const { files, ...facts } = factsOf({ dockerfile });
  const { warnings } = identify(optionsOf(), { ...facts, files: { ...files, contextDecided: false } });
  expect(warnings.filter(({ code }) => code === 'CONTEXT_UNDECIDED')).toHaveLength(count);
});
