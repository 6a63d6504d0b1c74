import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;
const LINE = '-'.repeat(80);

/**
 * The licence texts of every package that bundled files come from.
 * @param inputs paths relative to the root, `node_modules/<package>/…`
 * @throws Error for a package whose terms are not known
 */
export function licences(inputs) {
  const folders = new Set([...inputs].map(packageFolder).filter((folder) => folder !== undefined));
  const sections = [...folders].sort().map((folder) => section(join(root, folder)));
  return `The files in this folder are bundled from these packages.\n\n${sections.join('\n')}`;
}

function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function section(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) texts.push(termsByName(manifest));
  return [LINE, `${manifest.name} ${manifest.version} (${manifest.license})`, LINE, '', ...texts, ''].join(
    '\n',
  );
}

/** A package that says "MIT" in package.json and ships no text: its author and the terms of that name. */
function termsByName({ name, version, license, author }) {
  if (license !== 'MIT')
    throw new Error(`${name}@${version} (${license}) ships no licence text, so it cannot be bundled`);
  const holder = typeof author === 'string' ? author : author?.name;
  const terms = readFileSync(join(root, 'LICENSE'), 'utf8').replace(/^Copyright .*\n\n/m, '');
  return `Copyright (c) ${holder ?? `the authors of ${name}`}\n\n${terms.trim()}`;
}
