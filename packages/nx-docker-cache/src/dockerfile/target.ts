import { DockerCacheError, suggest } from '../errors';
import type { Dockerfile, Stage } from '../model/dockerfile';
import { shown } from './syntax-error';

const LISTED = 30;

/**
 * The stage that a target names, in any case or by index; the final stage without a target. Of two stages of one
 * name the later one counts. BuildKit takes names alone, so pass it `stage.name`, or nothing for the final stage.
 *
 * @throws DockerCacheError UNKNOWN_STAGE, also for the index of a stage that has no name and is not the final one.
 */
export function resolveTarget(dockerfile: Dockerfile, target: string | undefined): Stage {
  const { stages } = dockerfile;
  if (target === undefined || target === '') return stages.at(-1)!;
  const wanted = target.toLowerCase();
  const named = stages.findLast(({ name }) => name === wanted);
  const stage = named ?? (/^\d{1,9}$/.test(wanted) ? stages[Number(wanted)] : undefined);
  if (stage !== undefined && stage.name === undefined && stage !== stages.at(-1)) throw nameless(stage);
  if (stage !== undefined) return stage;

  const names = stages.flatMap(({ name }) => name ?? []);
  const near = suggest(wanted, names);
  const list = stages.slice(0, LISTED).map(({ index, name }) => `${index}: ${name ?? '(no name)'}`);
  if (stages.length > LISTED) list.push(`… and ${stages.length - LISTED} more`);
  throw new DockerCacheError({
    code: 'UNKNOWN_STAGE',
    message: `The Dockerfile has no stage "${shown(target)}".`,
    expected: `a stage: ${list.join(', ')}`,
    found: shown(target),
    hint:
      near === undefined
        ? 'Set target to one of these, or leave it out for the last one.'
        : `Did you mean ${near}?`,
  });
}

function nameless(stage: Stage): DockerCacheError {
  return new DockerCacheError({
    code: 'UNKNOWN_STAGE',
    message: `Stage ${stage.index} (line ${stage.line}) has no name, so BuildKit cannot build it by itself.`,
    line: stage.line,
    expected: 'a stage with a name, or the last one',
    found: `FROM ${shown(stage.base.text)}`,
    hint: `Write FROM ${shown(stage.base.text)} AS <name> on line ${stage.line} and use the name as target.`,
  });
}
