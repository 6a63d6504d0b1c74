/** Edits of the Dockerfile's model. */
import { addStage, mentioned } from './dockerfile.mjs';
import { NothingToPick } from './random.mjs';

/** @typedef {import('./workspace.mjs').Workspace} Workspace */

const stageOf = ({ model }, random) => random.pick(model.stages);
const instructionOf = (stage, random, wanted = () => true) =>
  random.pick([...stage.instructions.keys()].filter((index) => wanted(stage.instructions[index])));

/** Changes one instruction that `wanted` takes. */
function change(workspace, random, wanted, edit) {
  const stages = workspace.model.stages.filter(({ instructions }) => instructions.some(wanted));
  const stage = random.pick(stages);
  const index = instructionOf(stage, random, wanted);
  const before = stage.instructions[index];
  stage.instructions[index] = edit(before);
  if (stage.instructions[index] === before) throw new NothingToPick();
  return stage.instructions[index];
}

/** @type {Record<string, [number, (workspace: Workspace, random: import('./random.mjs').Random) => string]>} */
export const DOCKERFILE_EDITS = {
  'add an instruction': [
    5,
    (workspace, random) => {
      const stage = stageOf(workspace, random);
      const added = workspace.generate(workspace.model, stage, random);
      stage.instructions.splice(
        random.chance(0.6) ? stage.instructions.length : random.int(stage.instructions.length + 1),
        0,
        added,
      );
      return added;
    },
  ],
  'remove an instruction': [
    3,
    (workspace, random) => {
      const stage = stageOf(workspace, random);
      if (stage.instructions.length < 2) throw new NothingToPick();
      return stage.instructions.splice(1 + random.int(stage.instructions.length - 1), 1)[0];
    },
  ],
  'swap instructions': [
    1,
    (workspace, random) => {
      const { instructions } = stageOf(workspace, random);
      if (instructions.length < 3) throw new NothingToPick();
      const at = 1 + random.int(instructions.length - 2);
      instructions.splice(at, 2, instructions[at + 1], instructions[at]);
      return instructions[at];
    },
  ],
  'change a value': [
    3,
    (workspace, random) =>
      change(
        workspace,
        random,
        (text) => /^(RUN echo|ENV|LABEL|CMD|COPY <<)/.test(text),
        (text) => text.replace(/(echo |=|\["|\n\t?)\w+/, `$1${random.words(1)}`),
      ),
  ],
  'change a flag': [
    2,
    (workspace, random) =>
      change(
        workspace,
        random,
        (text) => /--(chmod|chown|exclude)=/.test(text),
        (text) =>
          text.replace(/(--(?:chmod|chown|exclude)=)\S+/, (_, flag) => {
            const values = { '--chmod=': ['755', '0600'], '--chown=': ['1000:1000', '7:7'] };
            return `${flag}${random.pick(values[flag] ?? ['*.md', '**/*.txt', 'a.txt', 'x', 'lib'])}`;
          }),
      ),
  ],
  'change a heredoc': [
    3,
    (workspace, random) =>
      change(
        workspace,
        random,
        (text) => text.includes('EOF\n'),
        (text) => text.replace(/(EOF"?.*\n\t?)(echo )?\w+/, `$1$2${random.words(1)}`),
      ),
  ],
  'take from another stage': [
    3,
    (workspace, random) => {
      const { stages } = workspace.model;
      const stage = random.pick(stages.slice(2));
      const earlier = stages.slice(0, stages.indexOf(stage));
      const index = instructionOf(stage, random, (text) => /=@@\d+@@/.test(text));
      const other = random.pick(earlier.filter(({ id }) => !stage.instructions[index].includes(`@@${id}@@`)));
      stage.instructions[index] = stage.instructions[index].replace(/@@\d+@@/, `@@${other.id}@@`);
      return stage.instructions[index];
    },
    10,
  ],
  'another pin of a base': [
    3,
    (workspace, random) => {
      const stage = random.pick(workspace.model.stages.filter(({ base }) => base.includes('@sha256:')));
      stage.base = workspace.registry.pinned(random);
      return stage.base;
    },
    6,
  ],
  'comment or blank line': [
    3,
    (workspace, random) => {
      const { instructions } = stageOf(workspace, random);
      const text = random.pick(['', `# ${random.words()}`, '   # indented']);
      instructions.splice(random.int(instructions.length + 1), 0, text);
      return text;
    },
  ],
  'comment at the top': [
    1,
    ({ model }, random) => {
      model.head.unshift(`# ${random.words()}`);
      return model.head[0];
    },
  ],
  'remove a comment': [
    1,
    (workspace, random) => {
      const stage = random.pick(
        workspace.model.stages.filter(({ instructions }) =>
          instructions.some((text) => /^\s*(#|$)/.test(text)),
        ),
      );
      return stage.instructions.splice(
        instructionOf(stage, random, (text) => /^\s*(#|$)/.test(text)),
        1,
      )[0];
    },
  ],
  'break a line': [
    1,
    (workspace, random) =>
      change(
        workspace,
        random,
        (text) => /^\w+ [^\n<]+$/.test(text) && !text.includes('\\'),
        (text) => text.replace(/ (?!.* )/, random.pick([' \\\n', ' \\\n# why\n'])),
      ),
  ],
  'case of a keyword': [
    0.5,
    (workspace, random) =>
      change(
        workspace,
        random,
        (text) => /^[A-Z]/.test(text),
        (text) => text.replace(/^\w+/, (word) => word.toLowerCase()),
      ),
  ],
  'blanks between words': [
    0.5,
    (workspace, random) =>
      change(
        workspace,
        random,
        (text) => /^(COPY|ADD|ENV|WORKDIR) [^\n<[]+$/.test(text),
        (text) => text.replace(' ', '   '),
      ),
  ],
  'rename a stage': [
    1.5,
    ({ model }, random) => {
      const stage = random.pick(model.stages.filter(({ name }) => name !== undefined));
      stage.name = `${random.pick(['new', 'renamed', 'base'])}${model.count++}`;
      return stage.name;
    },
  ],
  'name or unname a stage': [
    0.5,
    ({ model }, random) => {
      const stage = random.pick(
        model.stages.filter(({ id }) => !model.stages.some(({ base }) => base === `@@${id}@@`)),
      );
      stage.name = stage.name === undefined ? `named${model.count++}` : undefined;
      return stage.name ?? 'unnamed';
    },
  ],
  'add an unused stage': [
    1.5,
    (workspace, random) => {
      const { model } = workspace;
      addStage(model, random, workspace.generate, workspace.bases);
      const [stage] = model.stages.splice(-1);
      const usable = mentioned(stage).map((id) => model.stages.findIndex((other) => other.id === id) + 1);
      const least = Math.max(0, ...usable);
      if (least >= model.stages.length) throw new NothingToPick();
      model.stages.splice(least + random.int(model.stages.length - least), 0, stage);
      return stage.name ?? 'unnamed';
    },
  ],
  'add a final stage': [
    0.7,
    (workspace, random) =>
      addStage(workspace.model, random, workspace.generate, workspace.bases).name ?? 'unnamed',
  ],
  'remove a stage': [
    1,
    ({ model, options }, random) => {
      const stage = random.pick(
        model.stages.filter(({ id }) => !model.stages.some((other) => mentioned(other).includes(id))),
      );
      if (model.stages.length < 2 || options.target !== undefined) throw new NothingToPick();
      model.stages.splice(model.stages.indexOf(stage), 1);
      return stage.name ?? 'unnamed';
    },
  ],
  'change a base': [
    1,
    (workspace, random) => {
      const stage = random.pick(workspace.model.stages.filter(({ base }) => !base.startsWith('@@')));
      const base = random.weighted(workspace.bases);
      if (base === stage.base || (stage.shell && base === 'scratch')) throw new NothingToPick();
      stage.base = base;
      return base;
    },
  ],
  'another default of a global ARG': [
    0,
    ({ model }, random) => {
      const at = random.pick(
        [...model.head.keys()].filter((index) => /^ARG VERSION=/.test(model.head[index])),
      );
      model.head[at] = `ARG VERSION=${random.words(1)}`;
      return model.head[at];
    },
    4,
  ],
  'default of a global ARG': [
    3,
    ({ model }, random) => {
      const line = `ARG ${random.pick(['VERSION', 'BASE'])}=${random.words(1)}`;
      model.head.push(line);
      return line;
    },
  ],
};
