import { buildAgain, buildOn } from './agent.mjs';
import { fingerprintsOfMain, promises } from './promises.mjs';
import { paint, say, title } from './screen.mjs';
import { change, checkout, git, LAYERS_ONLY } from './setup.mjs';
import { agentTable, summaryTable } from './tables.mjs';

export const REGISTRY = 'demo';
export const AGENTS = ['demo-a', 'demo-b', 'demo-c', 'demo-d'];

const BRANCH = 'feature/friendlier-texts';

/** The story, agent by agent. @returns the promises that do not hold */
export async function tell(workspace) {
  const { origin } = workspace;
  const receipts = {};

  title('Agent A: the first build ever, branch main');
  receipts.A = await buildOn('demo-a', await checkout(workspace, 'a'));
  show(receipts.A);

  title(
    'Agent B: another machine, the same commit (with `skip: false`, to see what the layer cache alone does)',
  );
  const b = await checkout(workspace, 'b');
  receipts.B = await buildOn('demo-b', b, [`--configuration=${LAYERS_ONLY}`]);
  show(receipts.B);

  title('Agent B once more, without `skip: false`: the registry holds all that would be built');
  const again = await buildAgain('demo-b', b);
  show(again);

  title('Agent C: a source file of the API has changed on main');
  await change(
    origin,
    'apps/api/src/health.controller.ts',
    "status: 'ok'",
    "status: 'fine'",
    'api: a better word',
  );
  receipts.C = await buildOn('demo-c', await checkout(workspace, 'c'));
  show(receipts.C);

  title(`Agent D: a file of the shared library has changed on ${BRANCH}`);
  await git(origin, 'checkout', '--quiet', '-b', BRANCH);
  await change(origin, 'libs/shared/src/parcel.ts', 'Handed in', 'We have it', 'shared: friendlier texts');
  // A clone takes the branch that is checked out here for the default one.
  await git(origin, 'checkout', '--quiet', 'main');
  const before = await fingerprintsOfMain(receipts.A);
  receipts.D = await buildOn('demo-d', await checkout(workspace, 'd', BRANCH));
  const after = await fingerprintsOfMain(receipts.A);
  show(receipts.D);

  const { A, B, C, D } = receipts;
  title('Steps executed/fetched/cached, and the seconds');
  summaryTable([
    ['A: first', A],
    ['B: same', B],
    ['B: again', again],
    ['C: source', C],
    ['D: branch', D],
  ]).forEach((line) => console.log(line));
  console.log();
  const kept = promises(receipts, before, after);
  for (const { holds, text } of kept)
    say(holds ? `${paint('green', '✔')} ${text}` : `${paint('red', '✘')} ${text}: this does not hold`);
  return kept.filter(({ holds }) => !holds);
}

function show(receipts) {
  console.log();
  agentTable(receipts).forEach((line) => console.log(line));
}
