/**
 * BuildKit as the judge of how we read ignore files and Dockerfiles: the same input goes to both, and what it says
 * or copies is compared with what we say. Ask
 * other things with NDC_SEED=<number>, and more with NDC_ORACLE_RUNS.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import fc from 'fast-check';
import {
  contextSources,
  isIgnored,
  matchesSource,
  opensFiles,
  parseDockerfile,
  parseIgnore,
} from '../packages/nx-docker-cache/src/dockerfile';
import { expandWord } from '../packages/nx-docker-cache/src/dockerfile/expand';
import * as ask from './ignore-oracle.cases';
import * as random from './ignore-oracle.dockerfiles';
import { describeWithEngine, freshAgent, type Agent } from './support/engine';
import { SEED } from './support/seed';

const numRuns = Number(process.env['NDC_ORACLE_RUNS'] ?? 40);
/** Of one image: more than some hundred do not fit into the options of a mount. */
const LAYERS = 100;
const sample = <T>(of: fc.Arbitrary<T>): T[] => [...new Set(fc.sample(of, { numRuns, seed: SEED }))];

describeWithEngine(`BuildKit agrees (NDC_SEED=${SEED})`, () => {
  const root = mkdtempSync(join(tmpdir(), 'ndc-oracle-'));
  let agent: Agent;
  beforeAll(async () => {
    agent = await freshAgent('oracle');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** undefined where it was built, else what BuildKit complains of. */
  async function build(...args: string[]): Promise<string | undefined> {
    const { exitCode, stderr } = await agent.docker('buildx', 'build', ...args);
    const telling = stderr.split('\n').filter((line) => /ERROR|>>>/.test(line));
    return exitCode === 0 ? undefined : telling.slice(-10).join('\n') || stderr;
  }

  async function mustBuild(...args: string[]): Promise<void> {
    expect(await build(...args)).toBeUndefined();
  }

  /** Each ignore file rules a named context of its own, so that one build is enough. */
  async function wronglyLeft(ignoreFiles: readonly string[], name: string): Promise<unknown[]> {
    const contexts = ignoreFiles.map((text, index) => {
      const folder = join(root, 'contexts', `${name}-${index}`);
      writeTree(folder, ask.TREE);
      writeFile(join(folder, '.dockerignore'), text);
      return `--build-context=c${index}=${folder}`;
    });
    const dockerfile = join(root, 'ignore.Dockerfile');
    const copies = ignoreFiles.map((_, index) => `COPY --from=c${index} / /c${index}/\n`);
    writeFile(dockerfile, `FROM scratch\n${copies.join('')}`);
    const out = join(root, `ignored-${name}`);
    await mustBuild('-f', dockerfile, '-o', `type=local,dest=${out}`, ...contexts, root);

    return ignoreFiles.flatMap((text, index) => {
      const folder = join(out, `c${index}`);
      const opens = opensFiles(parseIgnore(text));
      const landed = listTree(folder).filter((path) => path !== '.dockerignore');
      return difference(
        { ignoreFile: text },
        left(text).map((path) => (opens(path) ? path : `${path}, empty`)),
        landed.map((path) => (statSync(join(folder, path)).size > 0 ? path : `${path}, empty`)),
      );
    });
  }

  test('which files an ignore file leaves in the context, and which of them lose their content', async () => {
    const texts = [...ask.IGNORE_FILES, ...sample(ask.ignoreFile)];
    const accepted = texts.filter((text) => attempt(() => left(text)) !== undefined);
    const refused = texts.filter((text) => !accepted.includes(text));
    const wrong: unknown[] = [];
    for (let start = 0; start < accepted.length; start += LAYERS) {
      wrong.push(...(await wronglyLeft(accepted.slice(start, start + LAYERS), `${start}`)));
    }
    expect(wrong).toEqual([]);

    const plain = join(root, 'contexts', '0');
    writeTree(plain, ask.TREE);
    const built = await eightAtOnce(refused.slice(0, 12), async (text, index) => {
      const alone = join(root, 'refused', `${index}.Dockerfile`);
      writeFile(alone, 'FROM scratch\nCOPY . /\n');
      writeFile(`${alone}.dockerignore`, text);
      return (await build('--output=type=cacheonly', '-f', alone, plain)) === undefined ? [text] : [];
    });
    expect(built.flat()).toEqual([]);
  });

  test('which files a COPY reads', async () => {
    const context = join(root, 'copy');
    writeTree(context, ask.COPY_TREE);
    const known = (copy: string) =>
      parseDockerfile(`FROM scratch\n${instruction(copy)}`).unresolved.length === 0;
    const copies = [...ask.COPIES, ...sample(ask.copy).filter((copy) => startsInTree(copy) && known(copy))];
    const stages = copies.map((copy, index) => `FROM scratch AS s${index}\n${instruction(copy, index)}`);
    const collected = copies.map((_, index) => `COPY --from=s${index} / /${index}/\n`);
    const dockerfile = join(root, 'copy.Dockerfile');
    writeFile(dockerfile, `${stages.join('')}FROM scratch\n${collected.join('')}`);
    const out = join(root, 'copied');
    await mustBuild('-f', dockerfile, '-o', `type=local,dest=${out}`, context);

    const wrong = copies.flatMap((copy, index) => {
      const sources = contextSources(parseDockerfile(`FROM scratch\n${instruction(copy)}`));
      const expected = ask.COPY_TREE.filter((path) => sources.some((source) => matchesSource(source, path)));
      const folder = join(out, String(index));
      return difference(
        { copy },
        expected,
        listTree(folder).map((path) => readFileSync(join(folder, path), 'utf8')),
      );
    });
    expect(wrong).toEqual([]);
  });

  test('what a word with variables means', async () => {
    const expanded = sample(random.expansion).map((word) => {
      const lookup = (name: string) =>
        Object.hasOwn(random.VALUES, name)
          ? { state: 'set' as const, value: random.VALUES[name]! }
          : { state: 'unset' as const, reason: 'unset' };
      return { word, expansion: expandWord(`x${word}y`, lookup, '\\') };
    });
    // A destination's last folder shows what BuildKit made of the word.
    const known = expanded.flatMap(({ word, expansion }) =>
      expansion.ok && isFileName(expansion.text) ? [{ word, text: expansion.text }] : [],
    );
    const env = Object.entries(random.VALUES).map(
      ([name, value]) => `ENV ${name}=${JSON.stringify(value)}\n`,
    );
    const copy = (word: string, index: number) => `COPY ${JSON.stringify(['f', `/${index}/x${word}y/f`])}\n`;
    const context = join(root, 'expand');
    writeFile(join(context, 'f'), '');
    const dockerfile = join(root, 'expand.Dockerfile');
    writeFile(
      dockerfile,
      `FROM scratch\n${env.join('')}${known.map(({ word }, index) => copy(word, index)).join('')}`,
    );
    const out = join(root, 'expanded');
    await mustBuild('-f', dockerfile, '-o', `type=local,dest=${out}`, context);
    expect(
      known.map(({ word }, index) => ({ word, text: readdirSync(join(out, String(index)))[0] })),
    ).toEqual(known);

    const malformed = expanded
      .filter(({ expansion }) => !expansion.ok && expansion.problem === 'syntax')
      .slice(0, 8);
    const built = await eightAtOnce(malformed, async ({ word }, index) => {
      const alone = join(root, 'malformed', `${index}.Dockerfile`);
      writeFile(alone, `FROM scratch\n${env.join('')}${copy(word, 0)}`);
      return (await build('--output=type=cacheonly', '-f', alone, context)) === undefined ? [word] : [];
    });
    expect(built.flat()).toEqual([]);
  });

  test('which Dockerfiles are refused, and which stages the others have', async () => {
    const texts = sample(random.dockerfile);
    const wrong = await eightAtOnce(texts, async (text, index) => {
      const dockerfile = join(root, 'dockerfiles', String(index));
      writeFile(dockerfile, text);
      const { exitCode, stdout, stderr } = await agent.docker(
        'buildx',
        'build',
        '--call=targets,format=json',
        '-f',
        dockerfile,
        root,
      );
      const theirs =
        exitCode === 0
          ? (JSON.parse(stdout) as Targets).targets.map((target) => [target.name ?? '', target.base])
          : 'refused';
      const ours =
        attempt(() => parseDockerfile(text).stages.map((stage) => [stage.name ?? '', stage.base.text])) ??
        'refused';
      return JSON.stringify(theirs) === JSON.stringify(ours)
        ? []
        : [{ text, ours, theirs, stderr: stderr.slice(-300) }];
    });
    expect(wrong.flat()).toEqual([]);
  });
});

function isFileName(text: string): boolean {
  return !text.includes('/') && text.length < 250;
}

async function eightAtOnce<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 8) {
    const part = items.slice(start, start + 8);
    results.push(...(await Promise.all(part.map((item, index) => work(item, start + index)))));
  }
  return results;
}

/** The files that an ignore file leaves, as we say. */
function left(text: string): string[] {
  const rules = parseIgnore(text);
  return ask.TREE.filter((path) => !isIgnored(rules, path));
}

interface Targets {
  readonly targets: readonly { readonly name?: string; readonly base: string }[];
}

/**
 * Each copies to a place of its own, in each run another: a source that is a file is copied even where an exclude
 * names it, yet BuildKit leaves it out of the cache key, so two such copies to one place share one's result.
 */
function instruction(copy: string, index = 0): string {
  return copy.endsWith('"]') ? `COPY ${copy}\n` : `COPY ${copy} /to-${SEED}-${index}/\n`;
}

/** BuildKit refuses a pattern in a folder that is not there. */
function startsInTree(copy: string): boolean {
  const path = copy.split(' ').at(-1)!;
  const plain = posix.join('.', path.slice(0, path.search(/[*?[]/)), 'x').slice(0, -2);
  return plain === '' || ask.COPY_TREE.some((file) => file.startsWith(`${plain}/`));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function difference(of: object, expected: readonly string[], landed: readonly string[]): object[] {
  const onlyUs = expected.filter((path) => !landed.includes(path));
  const onlyBuildKit = landed.filter((path) => !expected.includes(path));
  return onlyUs.length + onlyBuildKit.length === 0 ? [] : [{ ...of, onlyUs, onlyBuildKit }];
}

function writeTree(folder: string, paths: readonly string[]): void {
  for (const path of paths) writeFile(join(folder, path), path);
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function listTree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
