import { parseDockerfile } from '../dockerfile';
import { outputsInReach } from './task-reach';

/** @param places relative to the workspace root */
function reach(dockerfile: string, places: string[], { ignore = '', context = '.', replaced = true } = {}) {
  return outputsInReach(
    places.map((to) => ({ from: 'x', to, replaced })),
    { parsed: parseDockerfile(dockerfile), context, ignore: { file: undefined, text: ignore, added: [] } },
    'builder',
  );
}
/** A frontend that knows more flags than the engine's own. */
const LABS = '# syntax=docker/dockerfile:1-labs\nFROM a AS builder\n';
const ALL = 'FROM a AS builder\nCOPY . .\nFROM b\nCOPY --from=builder /x /';

it('results that the stage copies with all the rest are in its reach, with the rule that leaves them out', () => {
  expect(reach(ALL, ['api/coverage'])).toEqual([
    { place: 'api/coverage', rule: 'api/coverage', via: 'COPY .', line: 2 },
  ]);
  expect(reach(ALL, ['api/[a]'], { context: 'api' })).toMatchObject([{ place: 'api/[a]', rule: '\\[a\\]' }]);
  expect(reach('FROM a AS builder\nCOPY ap* /', ['api/coverage'])).toHaveLength(1);
  expect(reach('FROM a AS builder\nRUN --mount=type=bind,target=/w x', ['out'])).toHaveLength(1);
  expect(reach(`${LABS}COPY --exclude=cov . .`, ['coverage'])).toHaveLength(1);
  // The folder itself is read, whatever is in it.
  expect(reach(ALL, ['coverage'], { ignore: 'coverage/*' })).toHaveLength(1);
});

it.each<[string, string, string, { ignore?: string; context?: string; replaced?: boolean }]>([
  ['are ignored', ALL, 'api/coverage', { ignore: '**/coverage' }],
  ['lie outside of the context', ALL, 'reports/api', { context: 'api' }],
  ['lie elsewhere', 'FROM a AS builder\nCOPY src src', 'coverage', {}],
  ['are excluded', `${LABS}COPY --exclude=cov . .`, 'cov', {}],
  ['are read by another stage', 'FROM a AS builder\nRUN x\nFROM b\nCOPY . .', 'coverage', {}],
  ['are named', 'FROM a AS builder\nCOPY reports /r', 'reports', {}],
  ['are named by a part', 'FROM a AS builder\nCOPY reports/unit/a.xml /r', 'reports', {}],
  ['are more than results', ALL, 'api', { replaced: false }],
  ['come from another stage', 'FROM a AS b\nFROM a AS builder\nCOPY --from=b . .', 'coverage', {}],
])('and not where they %s', (_, dockerfile, place, more) => {
  expect(reach(dockerfile, [place], more)).toEqual([]);
});
