import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { enrich, growDockerfile, render } from './dockerfile.mjs';
import { generator } from './instructions.mjs';
import { NothingToPick } from './random.mjs';
import { growTree, list } from './tree.mjs';

const IGNORE_FILES = [
  '**/*.md\n!docs/**\n',
  'src\n!src/lib\ndocs\n!docs/img\n',
  'src\ndocs\n!src/**/*.*\n!docs/*\n',
  '*\n!src/lib\n!docs\n!package*.json\n!a.txt\n',
];

/** A random folder, its Dockerfile and its options. */
export class Workspace {
  folder = mkdtempSync(join(tmpdir(), 'soundness-'));
  root = join(this.folder, 'now');
  context = join(this.root, 'app');

  /**
   * @param {import('./random.mjs').Random} random
   * @param {import('./bases.mjs').Bases} registry
   * @param {number} number
   * @param {boolean} rich whether each has what is rare elsewhere
   */
  constructor(random, registry, number, rich) {
    this.registry = registry;
    mkdirSync(this.context, { recursive: true });
    this.dockerfile = join(this.root, random.chance(0.5) ? 'app/Dockerfile' : 'docker/app.Dockerfile');
    growTree(this.context, random);
    this.generate = generator(this);
    this.bases = [
      [6, 'scratch'],
      [2, 'busybox'],
      [rich ? 4 : 2, registry.moving],
      [rich ? 4 : 2, registry.pinned(random)],
    ];
    this.model = retry(() => growDockerfile(random, this.generate, this.bases));
    if (rich) enrich(this, random);
    this.options = { buildArgs: {}, labels: {}, buildContexts: {}, target: undefined };
    if (random.chance(0.5)) writeFileSync(join(this.context, '.dockerignore'), random.pick(IGNORE_FILES));
    writeFileSync(join(this.root, 'nx-docker-cache.json'), '{}');
    this.number = number;
    this.writeDockerfile();
  }

  /** The ignore file that counts. */
  get ignoreFile() {
    const own = `${this.dockerfile}.dockerignore`;
    return existsSync(own) ? own : join(this.context, '.dockerignore');
  }

  /** Options as a user writes them. */
  get written() {
    return {
      ...this.options,
      dockerfile: this.dockerfile.slice(this.root.length + 1),
      ...{ context: 'app', image: `w${this.number}`, registry: this.registry.host, tags: 't' },
      ...{ push: true, cache: 'none' },
    };
  }

  get text() {
    return readFileSync(this.dockerfile, 'utf8');
  }

  writeDockerfile() {
    mkdirSync(dirname(this.dockerfile), { recursive: true });
    writeFileSync(this.dockerfile, render(this.model));
  }

  /** @returns what `restore` takes */
  save(name) {
    const copy = join(this.folder, name);
    rmSync(copy, { recursive: true, force: true });
    copyAll(this.root, copy);
    return { copy, base: this.registry.at, ...structuredClone({ model: this.model, options: this.options }) };
  }

  async restore(saved) {
    rmSync(this.root, { recursive: true, force: true });
    copyAll(saved.copy, this.root);
    Object.assign(this, structuredClone({ model: saved.model, options: saved.options }));
    await this.registry.moveTo(saved.base);
  }

  /** The whole state, to be read by a person. */
  describe() {
    const files = list(this.context).map(({ path, kind, mode }) => {
      const target = kind === 'link' ? ` → ${readlinkSync(join(this.context, path))}` : '';
      return `  ${kind.padEnd(6)} ${mode.toString(8).padStart(4)} ${path}${target}`;
    });
    const ignore = existsSync(this.ignoreFile) ? readFileSync(this.ignoreFile, 'utf8') : '(none)';
    return [
      `Dockerfile:\n${this.text}`,
      `${this.ignoreFile.slice(this.root.length + 1)}:\n${ignore}\n`,
      `options: ${JSON.stringify(this.options)}\n`,
      `files:\n${files.join('\n')}`,
    ].join('\n');
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Node's own cp knows neither hard links nor pipes. */
function copyAll(from, to) {
  execFileSync('cp', ['-a', from, to]);
}

/** Tries again where the dice had nothing to choose from. */
export function retry(attempt, left = 50) {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof NothingToPick) || left === 0) throw error;
    return retry(attempt, left - 1);
  }
}
