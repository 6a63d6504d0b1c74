import { styleText } from 'node:util';

export const colors = process.stdout.isTTY && !process.env.NO_COLOR;
export const paint = (style, text) => (colors ? styleText(style, text, { validateStream: false }) : text);

const started = performance.now();
const clock = () => `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`;

/** A step of the set-up: said when it starts, since it may take a while. */
export const say = (text) => console.log(`${paint('dim', clock())}  ${text}`);
export const title = (text) => console.log(`\n${paint('dim', clock())}  ${paint('bold', text)}`);
/** What a program says while it works. */
export const quote = (line) => console.log(paint('dim', `        │ ${line}`));

/** Rows with aligned columns; the first one is the head. Columns named in `right` are numbers. */
export function table(rows, right = []) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => shown(row[column]))));
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      const space = ' '.repeat(widths[column] - shown(cell));
      return right.includes(column) ? space + cell : cell + space;
    });
    const text = `        ${cells.join('   ').trimEnd()}`;
    return index === 0 ? paint('underline', text) : text;
  });
}

// eslint-disable-next-line no-control-regex -- the escape character is what starts a colour
const shown = (text) => text.replace(/\u001b\[[0-9;]*m/g, '').length;

export const seconds = (value) => `${value.toFixed(1)} s`;
