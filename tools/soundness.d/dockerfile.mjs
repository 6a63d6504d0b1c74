/** A Dockerfile as a model that edits change; `@@3@@` in an instruction names the stage with id 3. */

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
