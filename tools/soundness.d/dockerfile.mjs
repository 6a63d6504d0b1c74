/** A Dockerfile as a model that edits change; `@@3@@` in an instruction names the stage with id 3. */
import { link, write } from './tree.mjs';

/**
 * @typedef {{id: number, name: string | undefined, base: string, flags: string, shell: boolean, instructions: string[]}} Stage
 * @typedef {{head: string[], stages: Stage[], count: number}} Model
 */

/** @param {Model} model */
export function render({ head, stages }) {
  const words = new Map(stages.map(({ id, name }, index) => [String(id), name ?? String(index)]));
  const resolve = (text) => text.replace(/@@(\d+)@@/g, (_, id) => words.get(id) ?? 'gone');
  const sections = stages.map(({ name, base, flags, instructions }) =>
    [`FROM ${flags}${base}${name === undefined ? '' : ` AS ${name}`}`, ...instructions, ''].join('\n'),
  );
  return resolve([...head, ...sections].join('\n'));
}

/** Ids of the stages that a stage names. */
export const mentioned = ({ base, instructions }) =>
  [...[base, ...instructions].join('\n').matchAll(/@@(\d+)@@/g)].map((match) => Number(match[1]));

/** @returns {Model} */
export function growDockerfile(random, generate, bases) {
  const model = {
    head: random.chance(0.3) ? ['ARG VERSION=1', 'ARG BASE=busybox'] : [],
    stages: [],
    count: 0,
  };
  for (let count = 1 + random.int(4); count > 0; count--) addStage(model, random, generate, bases);
  return model;
}

/** A stage at the end, which takes something from those before it. */
export function addStage(model, random, generate, bases) {
  const id = model.count++;
  const local = model.stages.filter(({ name }) => name !== undefined);
  const from = local.length > 0 && random.chance(0.25) ? random.pick(local) : undefined;
  const base = from === undefined ? random.weighted(bases) : `@@${from.id}@@`;
  const stage = {
    ...{ id, base, flags: '', instructions: [] },
    name: random.chance(0.8) ? `${random.pick(['build', 'deps', 'App', 'out'])}${id}` : undefined,
    shell: from === undefined ? base !== 'scratch' : from.shell,
  };
  // FROM finds a stage by its lower-case name only.
  if (random.chance(0.9)) stage.name = stage.name?.toLowerCase();
  model.stages.push(stage);
  stage.instructions.push(`COPY package.json /out/${id}.json`);
  for (let count = 2 + random.int(4); count > 0; count--)
    stage.instructions.push(generate(model, stage, random));
  for (const other of model.stages.slice(0, -1)) {
    if (random.chance(0.6)) stage.instructions.push(`COPY --from=@@${other.id}@@ /out /from${other.id}/`);
  }
  return stage;
}

/** Gives the final stage what is rare elsewhere: links of all kinds, flags, args, something of each other stage. */
export function enrich({ model, context }, random) {
  const final = model.stages.at(-1);
  if (!model.head.some((line) => line.startsWith('ARG VERSION'))) model.head.push('ARG VERSION=1');
  for (const path of ['rich/folder/a.txt', 'rich/folder/b.txt', 'rich/linked.txt', 'rich/other.txt'])
    write(context, path, random.words());
  link(context, 'rich/to-folder', 'folder');
  link(context, 'rich/to-file', 'linked.txt');
  link(context, 'rich/wild1', random.pick(['other.txt', 'folder']));
  const riches = [
    'COPY rich/to-file /rich/1/',
    'COPY rich/to-folder /rich/2/',
    'COPY rich/to-folder/* /rich/3/',
    'COPY rich/wil?1 /rich/4/',
    'COPY --chmod=755 --chown=1000:1000 rich/other.txt /rich/5/',
    'COPY --exclude=a.txt rich/folder /rich/6/',
    'COPY <<EOF /rich/7\nwords $VERSION\nEOF',
    'ARG VERSION\nENV RICH=$VERSION',
    ...model.stages.slice(0, -1).map(({ id }) => `COPY --from=@@${id}@@ /out /rich/of${id}/`),
  ];
  final.instructions.push(...riches.filter(() => random.chance(0.6)));
}
