/** More would push the rest of the report off the screen. */
const SHOWN = 25;

/** npm ends a wrong use with its manual, up to a hundred lines behind the two that say what is wrong. */
const MANUAL_START = /^npm (?:error|ERR!) Usage:$/;
const MANUAL_END = /^npm (?:error|ERR!) Run "npm help /;
/** Empty, or what npm says beside the matter. */
const NOISE =
  /^(?:npm (?:error|ERR!)?|npm notice.*|npm (?:error|ERR!) A complete log of this run can be found in:.*)?$/;

/** Of what a step printed the last lines that say why it failed. For people only: nothing is decided by them. */
export function tellingLines(log: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let inManual = false;
  for (const line of log) {
    const text = line.trimEnd();
    if (MANUAL_START.test(text)) inManual = true;
    else if (inManual && MANUAL_END.test(text)) inManual = false;
    else if (!inManual && !NOISE.test(text)) kept.push(line);
  }
  return kept.slice(-SHOWN);
}
