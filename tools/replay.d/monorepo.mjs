/** A monorepo in memory: its projects and its files, which edits change and a commit writes. */
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SHAPES } from './shapes.mjs';

const CYCLE = ['layered', 'own', 'onBase', 'wide', 'layered', 'args', 'onBase', 'everything'];
/** Layers of libraries: one needs those below it. */
const LAYERS = 3;

const number = (index) => String(index).padStart(3, '0');
export const json = (value) => `${JSON.stringify(value, undefined, 2)}\n`;

export class Monorepo {
  /** @type {import('./shapes.mjs').Project[]} */
  projects = [];
  /** Folder → folders of the libraries that it names itself. @type {Map<string, string[]>} */
  libraries = new Map();
  /** What no project's set-up makes: sources, documents. @type {Map<string, {text: string, executable: boolean}>} */
  files = new Map();
  ignore = ['node_modules', '.git', 'docs', '**/*.md'];
  scripts = { test: 'true' };
  /** Grows with each update of a dependency. */
  locked = 1;
  #made = 0;
  #host;

  /**
   * @param {{host: string, external: string}} at the registry, and the image in it under all others, whose tag moves
   * @param {import('../soundness.d/random.mjs').Random} random
   * @param {number} projects how many have a Dockerfile
   */
  constructor({ host, external }, random, projects) {
    this.#host = host;
    this.external = external;
    const bases = Math.max(2, Math.round(projects / 25));
    for (let index = 0; index < Math.max(6, Math.round(projects / 3)); index++) this.addLibrary(random);
    for (let index = 0; index < bases; index++) this.addBase(random, index);
    while (this.projects.length < projects) this.addService(random);
    this.files.set('README.md', file('# Workspace\n'));
    this.files.set('docs/design.txt', file('design\n'));
    this.files.set('config/shared.txt', file('shared\n'));
  }

  image(name) {
    return `${this.#host}/ours/${imageName(name)}:latest`;
  }

  addLibrary(random) {
    const index = this.libraries.size;
    const root = `libs/l${number(index)}`;
    const below = [...this.libraries.keys()].filter((_, at) => at % LAYERS < index % LAYERS);
    this.libraries.set(root, some(random, below, 2));
    this.files.set(`${root}/src/index.txt`, file(`${root} ${random.words()}\n`));
    this.files.set(`${root}/src/more.txt`, file(`${random.words()}\n`));
    this.files.set(`${root}/README.md`, file('# A library\n'));
    return root;
  }

  addBase(random, index) {
    const root = `bases/b${index}`;
    const earlier = this.projects.filter(({ root: other }) => other.startsWith('bases/'));
    // One of them stands on another one.
    const base = index % 2 === 1 ? this.image(earlier.at(-1).name) : undefined;
    this.#add({ name: `@acme/base-${index}`, root, shape: 'onBase', base, libraries: [] }, random);
  }

  addService(random) {
    const id = number(this.#made);
    const shape = CYCLE[this.#made % CYCLE.length];
    this.#made++;
    const bases = this.projects.filter(({ root }) => root.startsWith('bases/'));
    const needs = some(random, [...this.libraries.keys()], 3);
    this.#add(
      {
        ...{ name: this.#made % 2 === 0 ? `@acme/s${id}` : `s${id}`, root: `services/s${id}`, shape },
        base: shape === 'onBase' ? this.image(random.pick(bases).name) : undefined,
        libraries: ['layered', 'wide', 'everything'].includes(shape) ? this.closure(needs) : [],
      },
      random,
    );
    return this.projects.at(-1);
  }

  /** With the libraries of libraries, sorted. */
  closure(folders) {
    const found = new Set();
    const visit = (folder) => {
      if (found.has(folder)) return;
      found.add(folder);
      this.libraries.get(folder).forEach(visit);
    };
    folders.forEach(visit);
    return [...found].sort();
  }

  #add(project, random) {
    this.projects.push({ ...project, extra: [], buildArgs: { GREETING: random.words(1), UNUSED: 'a' } });
    this.files.set(`${project.root}/src/main.txt`, file(`${project.name} ${random.words()}\n`));
    this.files.set(`${project.root}/src/other.txt`, file(`${random.words()}\n`));
    this.files.set(`${project.root}/README.md`, file('# A service\n'));
  }

  remove({ name, root }) {
    this.projects = this.projects.filter((project) => project.name !== name);
    for (const path of [...this.files.keys()]) if (path.startsWith(`${root}/`)) this.files.delete(path);
  }

  save() {
    const { projects, libraries, files, ignore, scripts, locked } = this;
    return structuredClone({ projects, libraries, files, ignore, scripts, locked });
  }

  restore(saved) {
    Object.assign(this, structuredClone(saved));
  }

  /** Everything that git has: path → file. */
  written() {
    const all = new Map(this.files);
    const put = (path, text) => all.set(path, file(text));
    put(
      'package.json',
      json({ name: 'workspace', private: true, scripts: this.scripts, workspaces: FOLDERS }),
    );
    put(
      'package-lock.json',
      json({ name: 'workspace', lockfileVersion: 3, packages: {}, locked: this.locked }),
    );
    put('.dockerignore', `${this.ignore.join('\n')}\n`);
    put('.gitignore', 'node_modules\n.nx-docker-cache\n');
    for (const [root, needs] of this.libraries) put(`${root}/package.json`, manifest(packageOf(root), needs));
    for (const project of this.projects) {
      put(`${project.root}/package.json`, manifest(project.name, project.libraries));
      put(`${project.root}/Dockerfile`, SHAPES[project.shape].text(project, { external: this.external }));
    }
    put('nx-docker-cache.json', json(this.#configuration()));
    return all;
  }

  #configuration() {
    const of = (project) => ({
      context: SHAPES[project.shape].context(project),
      ...SHAPES[project.shape].options(project),
    });
    return {
      defaults: { registry: `${this.#host}/ours`, defaultBranch: 'main', push: true, tags: ['latest'] },
      projects: Object.fromEntries(this.projects.map((project) => [project.name, of(project)])),
    };
  }

  /** Into a folder whose `.git` stays. */
  writeTo(folder) {
    for (const name of readdirSync(folder))
      if (name !== '.git') rmSync(join(folder, name), { recursive: true });
    for (const [path, { text, executable }] of this.written()) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      chmodSync(join(folder, path), executable ? 0o755 : 0o644);
    }
  }
}

const FOLDERS = ['bases/*', 'libs/*', 'services/*'];

export const file = (text, executable = false) => ({ text, executable });
/** A name of a package as part of an image's name. */
export const imageName = (name) => name.replace(/^@/, '');
const packageOf = (library) => `@acme/${library.split('/')[1]}`;

function manifest(name, libraries) {
  const dependencies = Object.fromEntries(libraries.map((folder) => [packageOf(folder), '*']));
  return json({ name, version: '1.0.0', dependencies });
}

/** One to `most` of the items, none where there are none. */
function some(random, items, most) {
  const picked = new Set();
  for (let left = 1 + random.int(most); left > 0 && items.length > 0; left--) picked.add(random.pick(items));
  return [...picked];
}
