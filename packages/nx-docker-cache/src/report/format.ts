import { styleText } from 'node:util';
import type { StepStatus } from '../model/outcome';

type Style = Parameters<typeof styleText>[0];

/** Colours where the terminal shows them, plain text elsewhere. */
export class Paint {
  readonly #colors: boolean;

  constructor(colors: boolean) {
    this.#colors = colors;
  }

  text(style: Style, text: string): string {
    // The caller knows whether it writes to a terminal; node's own check looks at stdout only.
    return this.#colors ? styleText(style, text, { validateStream: false }) : text;
  }

  status(status: StepStatus, width = 0): string {
    const styles: Record<StepStatus, Style> = {
      executed: 'yellow',
      fetched: 'cyan',
      cached: 'green',
      failed: 'red',
      canceled: 'dim',
    };
    return this.text(styles[status], status.padEnd(width));
  }
}

/** Rows with their columns aligned; widths count characters as shown, colours left out. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, shownLength(cell));
    });
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - shownLength(cell)));
    return indent + cells.join('  ').trimEnd();
  });
}

function shownLength(text: string): number {
  // eslint-disable-next-line no-control-regex -- the escape character is what starts a colour
  return text.replace(/\u001b\[[0-9;]*m/g, '').length;
}

export function seconds(value: number): string {
  return value < 10
    ? `${value.toFixed(1)} s`
    : value < 120
      ? `${value.toFixed(0)} s`
      : `${(value / 60).toFixed(1)} min`;
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1e6) return `${(value / 1e3).toFixed(0)} kB`;
  return value < 1e9 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e9).toFixed(2)} GB`;
}

export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}
