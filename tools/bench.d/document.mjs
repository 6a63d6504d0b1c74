import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { root } from '../lib/paths.mjs';

const DOCS = join(root, 'docs');
const PATH = join(DOCS, 'benchmarks.md');

/** @param {Record<string, string>} pictures SVG by file name, beside docs/benchmarks.md */
export async function writePictures(pictures) {
  for (const [name, svg] of Object.entries(pictures)) await writeFile(join(DOCS, name), svg);
}

/** Puts a text between the markers of a section of docs/benchmarks.md. @param {'builds' | 'graph' | 'services' | 'growth'} section */
export async function writeDocument(section, text) {
  const whole = replaceSection(await readFile(PATH, 'utf8'), section, text);
  await writeFile(
    PATH,
    await prettier.format(whole, { ...(await prettier.resolveConfig(PATH)), parser: 'markdown' }),
  );
}

/** The document with another text in one of its sections. */
export function replaceSection(document, section, text) {
  const markers = [`<!-- bench:${section}:start -->`, `<!-- bench:${section}:end -->`];
  const [start, end] = markers.map((marker) => document.indexOf(marker));
  if (start < 0 || end < start)
    throw new Error(`Expected ${markers.join(' … ')} in docs/benchmarks.md; they are not there.`);
  return `${document.slice(0, start + markers[0].length)}\n\n${text}\n\n${document.slice(end)}`;
}
