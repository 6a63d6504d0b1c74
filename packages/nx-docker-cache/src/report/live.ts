import type { StepOutcome } from '../model/outcome';
import type { ProgressMode } from '../model/options';
import { bytes, Paint, seconds, shorten } from './format';

export interface LiveOutput {
  readonly write: (line: string) => void;
  readonly colors: boolean;
  readonly columns: number | undefined;
  readonly mode: ProgressMode;
}

const NAME_WIDTH = 76;

/** One line a step as it ends; in `plain` mode every line of output as well. */
export class LiveReport {
  readonly #output: LiveOutput;
  readonly #paint: Paint;
  readonly #nameWidth: number;

  constructor(output: LiveOutput) {
    this.#output = output;
    this.#paint = new Paint(output.colors);
    this.#nameWidth =
      output.columns === undefined ? NAME_WIDTH : Math.max(30, Math.min(NAME_WIDTH, output.columns - 34));
  }

  step(step: StepOutcome): void {
    if (this.#output.mode === 'quiet') return;
    const size = step.bytesFetched > 0 ? `  ${bytes(step.bytesFetched)}` : '';
    const name = shorten(step.name, this.#nameWidth).padEnd(this.#nameWidth);
    this.#output.write(`  ${this.#paint.status(step.status, 8)}  ${name}  ${seconds(step.seconds)}${size}`);
  }

  log(step: string, text: string): void {
    if (this.#output.mode !== 'plain') return;
    const stage = /^\[[^\]]*\]/.exec(step)?.[0] ?? step;
    for (const line of text.replace(/\n$/, '').split('\n')) {
      this.#output.write(`  ${this.#paint.text('dim', `${stage} │`)} ${line}`);
    }
  }

  note(text: string): void {
    if (this.#output.mode === 'quiet') return;
    this.#output.write(`  ${this.#paint.text('dim', `· ${text}`)}`);
  }
}
