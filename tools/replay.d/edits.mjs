/** What a commit changes, by name and with its weight. Each returns what it touched, for people. */
import { NothingToPick } from '../soundness.d/random.mjs';
import { file } from './monorepo.mjs';

/** @type {Record<string, [number, (repo: import('./monorepo.mjs').Monorepo, random: import('../soundness.d/random.mjs').Random) => string]>} */
export const EDITS = {
  'source of a service': [20, (repo, random) => rewrite(repo, random, /^services\/.*\/src\//)],
  'source of a library': [14, (repo, random) => rewrite(repo, random, /^libs\/.*\/src\//)],
  'file of a base image': [4, (repo, random) => rewrite(repo, random, /^bases\/.*\/src\//)],
  'a README': [8, (repo, random) => rewrite(repo, random, /README\.md$/)],
  'a document': [4, (repo, random) => rewrite(repo, random, /^docs\//)],
  'a file that only COPY . . takes': [5, (repo, random) => rewrite(repo, random, /^config\//)],
  'a new file': [
    5,
    (repo, random) =>
      put(repo, `${random.pick(roots(repo))}/src/new-${random.int(1000)}.txt`, random.words()),
  ],
  'a file removed': [3, removeFile],
  'a file renamed': [4, rename],
  'a file made executable': [3, executable],
  'the lockfile': [4, (repo) => `version ${++repo.locked}`],
  'a script of the root': [
    3,
    (repo, random) => (repo.scripts = { ...repo.scripts, lint: random.words() }).lint,
  ],
  'an instruction': [
    6,
    (repo, random) => instruct(random.pick(repo.projects), `ENV CHANGED=${random.int(1000)}`),
  ],
  'a label': [2, (repo, random) => instruct(random.pick(repo.projects), `LABEL changed=${random.int(1000)}`)],
  'a build arg': [4, (repo, random) => argument(repo, random, 'GREETING')],
  'a build arg that nothing reads': [2, (repo, random) => argument(repo, random, 'UNUSED')],
  'the ignore file': [3, ignore],
  'a library more': [4, needMore],
  'a new library': [1, (repo, random) => repo.addLibrary(random)],
  'a new service': [4, (repo, random) => repo.addService(random).root],
  'a service removed': [2, removeService],
};

/** One to three edits. @returns {string[]} what was done */
export function edit(repo, random) {
  const done = [];
  const weighted = Object.entries(EDITS).map(([name, [weight, run]]) => [weight, { name, run }]);
  for (let left = 1 + random.int(3); left > 0;) {
    const { name, run } = random.weighted(weighted);
    try {
      done.push(`${name}: ${run(repo, random)}`);
      left--;
    } catch (error) {
      if (!(error instanceof NothingToPick)) throw error;
    }
  }
  return done;
}

const paths = (repo, pattern) => [...repo.files.keys()].filter((path) => pattern.test(path));
const roots = (repo) => [...repo.libraries.keys(), ...repo.projects.map(({ root }) => root)];

function put(repo, path, text) {
  repo.files.set(path, file(`${text}\n`));
  return path;
}

function rewrite(repo, random, pattern) {
  return put(repo, random.pick(paths(repo, pattern)), random.words());
}

/** One that its folder can spare. */
function removeFile(repo, random) {
  const path = random.pick(paths(repo, /\/src\/(more|other|new-\d+)\.txt$/));
  repo.files.delete(path);
  return path;
}

function rename(repo, random) {
  const path = random.pick(paths(repo, /\/src\/(more|other|new-\d+)\.txt$/));
  const { text } = repo.files.get(path);
  repo.files.delete(path);
  return `${path} to ${put(repo, path.replace(/[^/]+$/, `new-${random.int(1000)}.txt`), text.trimEnd())}`;
}

function executable(repo, random) {
  const path = random.pick(paths(repo, /\/src\//));
  const { text, executable: before } = repo.files.get(path);
  repo.files.set(path, file(text, !before));
  return path;
}

function instruct(project, text) {
  project.extra.push(text);
  return `${text} in ${project.root}`;
}

function argument(repo, random, name) {
  const project = random.pick(repo.projects.filter(({ shape }) => shape === 'args'));
  project.buildArgs[name] = random.words(1);
  return `${name} of ${project.root}`;
}

function ignore(repo, random) {
  const rule = random.pick(['**/*.tmp', 'config', '**/new-1*.txt', '*.log']);
  repo.ignore = repo.ignore.includes(rule)
    ? repo.ignore.filter((one) => one !== rule)
    : [...repo.ignore, rule];
  return rule;
}

function needMore(repo, random) {
  const project = random.pick(repo.projects.filter(({ libraries }) => libraries.length > 0));
  const library = random.pick(
    [...repo.libraries.keys()].filter((folder) => !project.libraries.includes(folder)),
  );
  project.libraries = repo.closure([...project.libraries, library]);
  return `${library} for ${project.root}`;
}

function removeService(repo, random) {
  const services = repo.projects.filter(({ root }) => root.startsWith('services/'));
  if (services.length < 4) throw new NothingToPick();
  const project = random.pick(services);
  repo.remove(project);
  return project.root;
}
