/** Results → figures. */

/** @param {import('./check.mjs').Result} result */
export function caseText(result) {
  return `\n===== ${result.verdict.toUpperCase()}\n${result.case ?? JSON.stringify(result)}\n=====\n`;
}

/** @param {readonly import('./suspects.mjs').Suspect[]} suspects */
export function faultsText(suspects) {
  return suspects
    .map(({ name, after, by }) =>
      after === undefined
        ? `NOT FOUND  ${name}`
        : `found after ${String(after).padStart(4)} edits  ${name} (${by})`,
    )
    .join('\n');
}

/**
 * @param {readonly import('./check.mjs').Result[]} results
 * @param {readonly import('./suspects.mjs').Suspect[]} suspects copies of the product with a fault in each
 */
export function summary(results, { seed, seconds }, suspects) {
  const of = (verdict) => results.filter((result) => result.verdict === verdict);
  const edits = results.length - of('refused').length;
  const counts = Object.fromEntries(
    ['skipped', 'built', 'false skip', 'false build', 'false refusal', 'unproven', 'refused'].map(
      (verdict) => [verdict, of(verdict).length],
    ),
  );
  const share = edits === 0 ? 0 : counts['false build'] / edits;
  const reasons = tally(of('false build').map(({ name, reason }) => `${name}: ${reason}`));
  const kinds = tally(results.filter(({ verdict }) => verdict !== 'refused').map(({ name }) => name));
  const text = [
    `seed ${seed}: ${edits} edits in ${seconds.toFixed(0)} s (${counts.refused} more that BuildKit refused)`,
    ...Object.entries(counts).map(([verdict, count]) => `  ${verdict.padEnd(14)} ${count}`),
    `false builds: ${(share * 100).toFixed(1)} %`,
    ...Object.entries(reasons).map(([reason, count]) => `  ${String(count).padStart(3)} ${reason}`),
  ].join('\n');
  const faults = suspects.map(({ name, after, by }) => ({ name, after, by }));
  const sound =
    faults.every(({ after }) => after !== undefined) &&
    edits > 0 &&
    counts['false skip'] + counts['false refusal'] + counts.unproven === 0 &&
    share <= 0.03;
  return { seed, seconds, edits, ...counts, share, reasons, kinds, faults, sound, text };
}

/** Counts, the most frequent first. */
function tally(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((left, right) => right[1] - left[1]));
}
