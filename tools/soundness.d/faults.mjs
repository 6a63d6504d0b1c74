/**
 * Faults that make the product forget something, put into copies of it: a test that cannot find them proves nothing.
 * `tools/soundness --faults` tells after how many edits each was found.
 */
const KEY = 'plan/content-key.ts';
const SETTINGS = 'plan/key-settings.ts';
const WORDS = 'plan/key-words.ts';
const SELECT = 'plan/key-select.ts';
const WALK = 'adapters/content/walk.ts';
const ENTRIES = 'plan/entries-digest.ts';
const LINE = 'JSON.stringify([path, kind, content])';

/** @typedef {{name: string, edits: [file: string, from: string, to: string][]}} Fault */

const fault = (name, ...edits) => ({ name, edits });

/** What each forgets. @type {Fault[]} */
export const FAULTS = [
  fault('permissions', [ENTRIES, '`${mode}${withoutMode}`', 'withoutMode']),
  fault('contents of files', [WALK, 'this.#digests.digest(absolute, stats)', "''"]),
  fault('names of files', [ENTRIES, LINE, LINE.replace('path, ', '')]),
  fault('folders', [
    ENTRIES,
    'entries.map(textsOf)',
    "entries.filter((entry) => entry.kind !== 'folder').map(textsOf)",
  ]),
  fault('targets of links', [ENTRIES, LINE, LINE.replace('content', "kind === 'link' ? '' : content")]),
  fault('what a link leads to that a source names', [SELECT, '[...chain, ...found]', '[...chain]']),
  fault('what a link before a wildcard leads to', [
    SELECT,
    '[...chain, ...there, ...this.#behindLinks(source, there)]',
    '[...chain]',
  ]),
  fault('what a link leads to that a wildcard matches', [
    SELECT,
    '[...chain, ...this.#under(alias.resolved)]',
    '[...chain]',
  ]),
  fault('exceptions of ignore rules', [WALK, 'ignored && !filter.mayContain(path)', 'ignored']),
  fault('which stage is meant', [KEY, 'this.#ordinals.get(ref.stage)', '0']),
  fault('digests of tags', [KEY, 'return known.digest;', "return 'x';"]),
  fault('digests of pins', [KEY, 'ref.digest ?? ', "ref.digest !== undefined ? 'x' : "]),
  fault('bodies of heredocs', [KEY, 'heredocs.map(({ name, body }) => [name, body])', '[]']),
  fault('words of instructions', [WORDS, '[keyword, ...flags, words]', '[keyword, ...flags]']),
  fault('flags of instructions', [WORDS, '[keyword, ...flags, words]', '[keyword, words]']),
  fault('an image’s configuration', [WORDS, 'if (chain.has(stage.index))', 'if (false)']),
  fault(
    'values of build args',
    [KEY, 'this.#input.buildArgs[name]! : null', 'null : null'],
    [SETTINGS, 'args: sorted(input.buildArgs, matters),', ''],
  ),
  fault('defaults of global args', [SETTINGS, 'defaultValue ?? null', 'null']),
  fault('named contexts', [SETTINGS, 'contexts: sorted(options.buildContexts),', '']),
  fault('labels', [SETTINGS, 'labels: sorted(input.labels),', '']),
  fault(
    'the target',
    [KEY, 'reachableStages(parsed, target).map', 'reachableStages(parsed).map'],
    [KEY, 'reachableStages(input.parsed, input.target)', 'reachableStages(input.parsed)'],
    [SETTINGS, 'consumedArgs(parsed, target)', 'consumedArgs(parsed)'],
    ['pipeline/content.ts', 'contextSources(parsed, options.target)', 'contextSources(parsed)'],
    ['pipeline/content.ts', 'externalImages(files.parsed, options.target)', 'externalImages(files.parsed)'],
    [SETTINGS, 'const reached = reachableStages(parsed, target)', 'const reached = reachableStages(parsed)'],
  ),
  fault('times, where a digest is remembered', [
    'adapters/content/digest-cache.ts',
    'stats.size, stats.mtimeMs, stats.ctimeMs]',
    'stats.size]',
  ]),
];

/**
 * @param {Fault} fault
 * @param {ReadonlyMap<string, string>} sources text by path
 * @returns {Map<string, string>} the sources that differ
 * @throws where the source is no longer what the fault was written for
 */
export function plant({ name, edits }, sources) {
  const faulty = new Map();
  for (const [file, from, to] of edits) {
    const text = faulty.get(file) ?? sources.get(file) ?? '';
    if (text.split(from).length !== 2)
      throw new Error(`the fault "${name}" has no place of its own in ${file}`);
    faulty.set(
      file,
      text.replace(from, () => to),
    );
  }
  return faulty;
}
