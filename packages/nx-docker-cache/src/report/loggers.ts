import { Paint } from './format';

/** A place for lines, as the pipeline's logger port has it. */
interface Lines {
  line(text: string): void;
  warn(text: string): void;
  readonly colors: boolean;
  readonly columns: number | undefined;
}

/** Lines of several projects on one terminal: each begins with its project. */
export function prefixed(to: Lines, project: string, width: number): Lines {
  const prefix = `${new Paint(to.colors).text('dim', `${project.padEnd(width)} │`)} `;
  const each = (text: string): void => text.split('\n').forEach((line) => to.line(prefix + line));
  return {
    line: each,
    warn: (text) => each(`warning: ${text}`),
    colors: to.colors,
    columns: to.columns === undefined ? undefined : Math.max(40, to.columns - width - 3),
  };
}

/** Of what a task prints, this much of the beginning and of the end is kept. */
const FIRST = 200;
const LAST = 1_000;

/** Lines of one task, kept until it is over; of very many, the first and the last. */
export class CollectedLines implements Lines {
  readonly colors: boolean;
  readonly columns = undefined;
  readonly #first: string[] = [];
  #last: string[] = [];
  #dropped = 0;

  constructor(colors: boolean) {
    this.colors = colors;
  }

  line(text: string): void {
    if (this.#first.length < FIRST) this.#first.push(text);
    else this.#last.push(text);
    if (this.#last.length < 2 * LAST) return;
    this.#dropped += LAST;
    this.#last = this.#last.slice(LAST);
  }

  warn(text: string): void {
    this.line(`warning: ${text}`);
  }

  text(): string {
    const gap = this.#dropped === 0 ? [] : [`… ${this.#dropped} lines are left out …`];
    return [...this.#first, ...gap, ...this.#last].map((line) => `${line}\n`).join('');
  }
}
