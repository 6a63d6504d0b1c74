/** Edits of the build's options and of what lies in the registry. */
import { NothingToPick } from './random.mjs';

/** @type {Record<string, [number, (workspace: import('./workspace.mjs').Workspace, random: import('./random.mjs').Random) => string | Promise<string>]>} */
export const OPTION_EDITS = {
  'a build arg': [
    4,
    ({ options }, random) => {
      const name = random.pick(['VERSION', 'VERSION', 'BASE', 'FOLDER', 'V1', 'UNUSED', 'TARGETARCH']);
      if (options.buildArgs[name] === undefined || random.chance(0.6))
        options.buildArgs[name] = name === 'FOLDER' ? random.pick(['src', 'docs', 'a']) : random.words(1);
      else delete options.buildArgs[name];
      return `${name}=${options.buildArgs[name]}`;
    },
  ],
  'a label': [
    1.5,
    ({ options }, random) => {
      options.labels['of'] = random.words(1);
      return options.labels['of'];
    },
  ],
  target: [
    1,
    ({ options, model }, random) => {
      const index = random.int(model.stages.length);
      const target = random.chance(0.4) ? undefined : (model.stages[index].name ?? String(index));
      if (target === options.target) throw new NothingToPick();
      options.target = target;
      return target ?? 'the final stage';
    },
    3,
  ],
  'a base image is moved': [3, async (workspace, random) => workspace.registry.move(random)],
  'a named context': [
    1.5,
    (workspace, random) => {
      const { options, model } = workspace;
      if (options.buildContexts['extra'] === undefined) {
        const stage = random.pick(model.stages);
        stage.instructions.push(`COPY --from=extra /marker /out/extra${model.count++}`);
      }
      options.buildContexts['extra'] = `docker-image://${workspace.registry.pinned(random)}`;
      return options.buildContexts['extra'];
    },
  ],
};
