import { PEERS, SCENARIOS, TASK_PEERS } from './peers.mjs';

const HEADS = { cold: 'cold', changed: 'source changed', unchanged: 'nothing changed' };

const isOfTasks = ({ id }) => id.startsWith('tasks-');

/** Stages with tasks and publishing, as markdown. */
export function tasksMarkdown(result) {
  return [
    ...facts(result),
    `Load of the machine ${result.load.map((load) => load.toFixed(1)).join(' before, ')} after.`,
    '',
    'Seconds, medians:',
    '',
    ...mainTable(result, TASK_PEERS),
    '',
    ...targetTable(result.targets.filter(isOfTasks)),
  ].join('\n');
}

/** The builds as markdown. */
export function markdown(result) {
  return [
    ...facts(result),
    '',
    'Seconds, medians:',
    '',
    ...mainTable(
      result,
      PEERS.filter(({ tasks }) => !tasks),
    ),
    '',
    ...targetTable(result.targets.filter((row) => !isOfTasks(row))),
    '',
    ...smallFacts(result.small),
  ].join('\n');
}

function facts({ date, machine, versions, runs }) {
  return [
    `Measured on ${date}: ${machine}, agents on tmpfs. ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}.`,
    `${runs} ${runs === 1 ? 'run' : 'runs'} of everything, in turns.`,
  ];
}

function mainTable({ seconds }, peers) {
  const rows = peers
    .filter(({ id }) => seconds[id])
    .map(({ id, name }) => [
      name,
      ...SCENARIOS.map((scenario) =>
        seconds[id][scenario] === undefined ? '–' : seconds[id][scenario].toFixed(2),
      ),
    ]);
  return table([['', ...SCENARIOS.map((scenario) => HEADS[scenario])], ...rows]);
}

export function targetTable(targets) {
  const measured = targets.filter(({ reached }) => reached !== undefined);
  const rows = measured.map((row) => [
    row.what,
    `≤ ${row.target}${row.unit ? ` ${row.unit}` : ''}`,
    figure(row),
    row.ok ? 'yes' : 'no',
  ]);
  const notes = measured.filter(({ note }) => note).map(({ what, note }) => `- Missed, ${what}: ${note}`);
  return [
    ...table([['what', 'target', 'measured', 'reached'], ...rows]),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
}

/** With a digit more where a figure would look like the target that it misses. */
function figure({ reached, target, unit, ok }) {
  if (unit) return `${reached.toFixed(0)} ${unit}`;
  const text = reached.toFixed(2);
  return !ok && Number(text) <= target ? reached.toFixed(3) : text;
}

function smallFacts({ overhead }) {
  if (!overhead) return [];
  return [
    `The same buildx call alone took ${overhead.docker.toFixed(0)} ms, our command with it ${overhead.ours.toFixed(0)} ms (every step known to the engine).`,
  ];
}

export function table(rows) {
  const [head, ...rest] = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [head, `|${rows[0].map((_, column) => (column === 0 ? ' --- ' : ' ---: ')).join('|')}|`, ...rest];
}
