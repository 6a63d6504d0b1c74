/** Tables of the documentation that are made of the sources they describe. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { srcDir } from '../lib/paths.mjs';

/** Of an option named `cache` the ones inside it are listed as `cache.kind` and so on. */
export function optionRows(properties, prefix = '') {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const inner = branches(schema).find(({ type, properties: own }) => type === 'object' && own)?.properties;
    return [
      [`\`${prefix}${name}\``, typeOf(schema), schema.description ?? ''],
      ...(inner && prefix === '' ? optionRows(inner, `${name}.`) : []),
    ];
  });
}

const branches = (schema) => schema.anyOf ?? schema.oneOf ?? [schema];

/** A type in the words of JSON: `string or list`, `"min" or "max"`. */
export function typeOf(schema) {
  const words = branches(schema).map((branch) => {
    if (branch.const !== undefined) return `\`${branch.const}\``;
    if (branch.enum) return branch.enum.map((value) => `\`${value}\``).join(', ');
    if (branch.type === 'array') return 'list';
    if (branch.type === 'object') return 'object';
    return Array.isArray(branch.type) ? branch.type.join(' or ') : branch.type;
  });
  return [...new Set(words)].join(' or ');
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const HEAD = ['option', 'type', 'meaning'];
const schema = (path) => JSON.parse(readFileSync(join(srcDir, path), 'utf8')).properties;

/** What stands between `<!-- name:start -->` and `<!-- name:end -->`, by name. */
export const TABLES = {
  'build-options': () => table(HEAD, optionRows(schema('executors/build/schema.json'))),
  'publish-options': () => {
    const foreign = ['nxReleaseVersionData', 'firstRelease', 'registry', 'tag', 'otp', 'access'];
    const own = Object.entries(schema('executors/publish/schema.json')).filter(
      ([name]) => !foreign.includes(name),
    );
    return table(HEAD, optionRows(Object.fromEntries(own)));
  },
  'plugin-options': () => {
    const known = schema('executors/build/schema.json');
    const own = Object.entries(schema('graph/schema.json')).filter(([name]) => !Object.hasOwn(known, name));
    return table(HEAD, optionRows(Object.fromEntries(own)));
  },
  'init-options': () => table(HEAD, optionRows(schema('generators/init/schema.json'))),
  'configuration-options': () => table(HEAD, optionRows(schema('generators/configuration/schema.json'))),
};

/** Files that hold such tables. */
export const FILES = [join('docs', 'guides', 'options.md')];

/** @throws Error for a marker without its end */
export function fill(text) {
  return text.replace(/<!-- ([\w-]+):start -->\n[\s\S]*?<!-- \1:end -->/g, (whole, name) =>
    Object.hasOwn(TABLES, name)
      ? `<!-- ${name}:start -->\n\n${TABLES[name]()}\n\n<!-- ${name}:end -->`
      : whole,
  );
}
