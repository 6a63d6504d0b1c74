import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import * as prettier from 'prettier';
import { parseAllDocuments } from 'yaml';
import { packageDir, root, srcDir } from '../lib/paths.mjs';
import { fill, FILES } from './tables.mjs';

const read = (path) => readFileSync(path, 'utf8');
const README = join(packageDir, 'README.md');
const PAGES = [
  'README.md',
  'packages/nx-docker-cache/README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'examples')).map((name) => join('examples', name, 'README.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
].map((file) => join(root, file));

/** The code of all pages: `{page, line, language, text}`. */
function blocks() {
  return PAGES.flatMap((path) => {
    const page = read(path);
    return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 1: language, 2: text, index }) => ({
      ...{ page: relative(root, path), line: page.slice(0, index).split('\n').length, language, text },
    }));
  });
}

/** What a pipeline of GitHub or GitLab runs in a shell, at any depth. */
function commandsIn(node) {
  if (Array.isArray(node)) return node.flatMap(commandsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    ['run', 'script', 'before_script'].includes(key) ? value : commandsIn(value),
  );
}

describe('the documentation', () => {
  for (const file of FILES) {
    it(`has the options of the schema in ${file}`, async () => {
      const path = join(root, file);
      const text = read(path);
      const options = { ...(await prettier.resolveConfig(path)), parser: 'markdown' };
      assert.equal(text, await prettier.format(fill(text), options), 'run `node tools/docs.d/main.mjs`');
    });
  }

  it("names options in the package's README that exist", () => {
    const known = Object.keys(JSON.parse(read(join(srcDir, 'executors/build/schema.json'))).properties);
    const [, table] = /## Options you may want\n\n([\s\S]*?)\n\n/.exec(read(README));
    const cells = table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|')[1]);
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((name) => !known.includes(name)),
      [],
    );
  });

  it('explains every error code, and no other', () => {
    const [, list] = /ERROR_CODES = \[([\s\S]*?)\]/.exec(read(join(srcDir, 'errors.ts')));
    const codes = [...list.matchAll(/'(\w+)'/g)].map(([, code]) => code).sort();
    const [errors] = read(join(root, 'docs/guides/errors.md')).split('## Warnings');
    const explained = [...errors.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code).sort();
    assert.deepEqual(explained, codes);
  });

  for (const { page, line, language, text } of blocks()) {
    if (language === 'yaml') {
      it(`has YAML in ${page}:${line} that a CI service can read`, () => {
        const documents = parseAllDocuments(text, { strict: true });
        assert.deepEqual(
          documents.flatMap(({ errors, warnings }) => [...errors, ...warnings].map(String)),
          [],
        );
        const commands = documents.flatMap((document) => commandsIn(document.toJS()));
        // A whole pipeline builds; what else is YAML is a part of one, or of something else.
        const whole = documents.some((document) => document.has('jobs') || document.has('stages'));
        assert.ok(!whole || commands.some((command) => /docker-build|nx-docker-cache build/.test(command)));
        assert.deepEqual(
          commands.filter((command) => typeof command !== 'string'),
          [],
        );
      });
    } else if (language === 'json') {
      it(`has JSON in ${page}:${line}`, () => assert.doesNotThrow(() => JSON.parse(text)));
    }
  }

  it('links to files that are there', () => {
    const broken = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .filter(([, target]) => !existsSync(join(dirname(page), target)))
        .map(([, target]) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });
});
