import type { BuildOutcome, SkipOutcome } from '../model/outcome';
import type { Receipt } from '../model/receipt';
import { Paint, seconds, shorten, table } from './format';
import { distinctSteps } from './steps';

/** What became of one build of a run. */
export interface RunRow {
  readonly project: string;
  readonly ok: boolean;
  readonly skip: SkipOutcome | undefined;
  readonly outcome: BuildOutcome | undefined;
  readonly receipt: Receipt | undefined;
  readonly why: string;
}

const WHY_WIDTH = 80;

/** A run of several projects on one page: what was built, what was not, and why. */
export function formatRun(rows: readonly RunRow[], took: number, colors: boolean): string[] {
  const paint = new Paint(colors);
  const words = rows.map(wordOf);
  const count = (word: string): string[] => {
    const found = words.filter((one) => one === word).length;
    return found === 0 ? [] : [`${found} ${word}`];
  };
  const styles = { built: 'yellow', skipped: 'green', failed: 'red', planned: 'dim' } as const;
  return [
    `${paint.text('bold', `${rows.length} projects`)}  ${(['built', 'skipped', 'planned', 'failed'] as const).flatMap(count).join(' · ')} · ${seconds(took)}`,
    ...table(
      rows.map((row, index) => {
        const word = words[index]!;
        return [
          row.project,
          paint.text(styles[word], word),
          timeOf(row),
          stepsOf(row),
          shorten(oneLine(row.why), WHY_WIDTH),
        ];
      }),
    ),
  ];
}

function wordOf({ ok, skip, outcome }: RunRow): 'built' | 'skipped' | 'failed' | 'planned' {
  if (!ok) return 'failed';
  return skip !== undefined ? 'skipped' : outcome === undefined ? 'planned' : 'built';
}

function timeOf({ receipt, outcome }: RunRow): string {
  const value = receipt?.seconds ?? outcome?.seconds;
  return value === undefined ? '' : seconds(value);
}

/** executed / fetched / cached, of all stages. */
function stepsOf({ receipt, outcome, skip }: RunRow): string {
  if (skip !== undefined || outcome === undefined) return '';
  const steps = distinctSteps([outcome]);
  const count = (status: string): number => steps.filter((step) => step.status === status).length;
  const { executed, fetched, cached } = receipt?.steps ?? {
    executed: count('executed'),
    fetched: count('fetched'),
    cached: count('cached'),
  };
  return `${executed} executed · ${fetched} fetched · ${cached} cached`;
}

function oneLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
