/** Commits → figures and lines. @typedef {import('./replay.mjs').Commit} Commit */

/** @param {Commit} commit @param {number} index */
export function commitLine(commit, index) {
  const { built, needless, skipped, missed, wrong } = countsOf([commit]);
  const what = commit.edits.join('; ');
  return [
    `${String(index).padStart(4)}  ${String(commit.projects.length).padStart(3)} projects`,
    `${String(built).padStart(3)} built (${needless} needless)`,
    `${String(skipped).padStart(3)} skipped`,
    ...(commit.affected === undefined ? [] : [`${String(commit.affected).padStart(3)} affected`]),
    ...(missed === 0 ? [] : [`${missed} MISSED`]),
    wrong === 0 ? 'all equal' : `${wrong} WRONG`,
    `${commit.seconds.toFixed(1)} s, full ${commit.fullSeconds.toFixed(1)} s`,
    what.length > 110 ? `${what.slice(0, 109)}…` : what,
  ].join('  ');
}

/** @param {readonly Commit[]} commits */
function countsOf(commits) {
  const all = commits.flatMap(({ projects }) => projects);
  const count = (matches) => all.filter(matches).length;
  return {
    builds: all.length,
    built: count(({ result }) => result === 'built'),
    skipped: count(({ result }) => result === 'skipped'),
    failed: count(({ result }) => result !== 'built' && result !== 'skipped'),
    needed: count(({ changed }) => changed),
    /** Built, though a full rebuild gives what it gave before. */
    needless: count(({ result, changed }) => result === 'built' && !changed),
    /** Changed, and `affected` does not name it. */
    missed: count(({ missed }) => missed),
    /** What people would pull is not what a full rebuild makes. */
    wrong: count(({ equal }) => !equal),
    falseSkips: count(({ result, equal }) => result === 'skipped' && !equal),
  };
}

/** @param {readonly Commit[]} commits the first one builds all */
export function summary(commits, { seed, projects, seconds }) {
  const counts = countsOf(commits);
  const shapes = [...new Set(commits.flatMap((commit) => commit.projects.map(({ shape }) => shape)))].sort();
  const byShape = Object.fromEntries(
    shapes.map((shape) => [
      shape,
      countsOf(commits.map((commit) => ({ projects: commit.projects.filter((one) => one.shape === shape) }))),
    ]),
  );
  const sound = commits.length > 0 && counts.wrong + counts.failed + counts.missed === 0;
  const affected = commits.reduce((sum, commit) => sum + (commit.affected ?? 0), 0);
  const text = [
    `seed ${seed}, ${projects} projects, ${commits.length} commits in ${seconds.toFixed(0)} s: ${counts.builds} builds asked for`,
    row('shape', ['asked', 'changed', 'built', 'needless', 'skipped', 'missed', 'wrong']),
    ...Object.entries({ ...byShape, all: counts }).map(([name, of]) =>
      row(name, [of.builds, of.needed, of.built, of.needless, of.skipped, of.missed, of.wrong]),
    ),
    `affected named ${affected} builds over all commits, and missed ${counts.missed} that changed`,
    sound ? 'every image is what a full rebuild makes' : 'NOT SOUND',
  ].join('\n');
  return { seed, projects, seconds, commits: commits.length, ...counts, affected, byShape, sound, text };
}

const row = (name, cells) => `  ${name.padEnd(8)}${cells.map((cell) => String(cell).padStart(9)).join('')}`;
