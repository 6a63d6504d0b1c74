import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { root } from '../lib/paths.mjs';

const PATH = join(root, 'docs', 'benchmarks.md');
const MARKERS = ['<!-- bench:start -->', '<!-- bench:end -->'];

/** Puts a text between the markers of docs/benchmarks.md. */
export async function writeDocument(text) {
  const document = await readFile(PATH, 'utf8');
  const [start, end] = MARKERS.map((marker) => document.indexOf(marker));
  if (start < 0 || end < start)
    throw new Error(`Expected ${MARKERS.join(' … ')} in docs/benchmarks.md; they are not there.`);
  const whole = `${document.slice(0, start + MARKERS[0].length)}\n\n${text}\n\n${document.slice(end)}`;
  await writeFile(
    PATH,
    await prettier.format(whole, { ...(await prettier.resolveConfig(PATH)), parser: 'markdown' }),
  );
}
