import type { BaseRef, Dockerfile, Stage } from '../model/dockerfile';
import type { InspectedInstruction, InspectedStage } from '../model/inspection';

/** The name, else the index, as `--target` and `--from` take it. */
export function stageName({ name, index }: Pick<Stage, 'name' | 'index'>): string {
  return name ?? String(index);
}

export function stagesOf({ stages }: Dockerfile, reached: ReadonlySet<number>): InspectedStage[] {
  return stages.map(({ index, name, line, base }) => ({
    ...{ index, name, line },
    base: base.text,
    reached: reached.has(index),
  }));
}

/** What the instructions of stages read; several sources of one instruction share an entry. */
export function instructionsOf({ stages }: Dockerfile, reached: ReadonlySet<number>): InspectedInstruction[] {
  return stages
    .filter(({ index, replaced }) => reached.has(index) && !replaced)
    .flatMap((stage) => stage.instructions.flatMap(({ sources }) => grouped(sources, stage, stages)));
}

function grouped(
  sources: Stage['instructions'][number]['sources'],
  stage: Stage,
  stages: readonly Stage[],
): InspectedInstruction[] {
  const found = new Map<
    string,
    InspectedInstruction & { sources: InspectedInstruction['sources'][number][] }
  >();
  for (const { line, via, from, path, kind } of sources) {
    const named = from === undefined ? undefined : nameOf(from, stages);
    // A RUN may mount several things, each from elsewhere.
    const key = JSON.stringify([line, via, named]);
    const entry = found.get(key) ?? { line, stage: stageName(stage), via, from: named, sources: [] };
    entry.sources.push({ path, kind });
    found.set(key, entry);
  }
  return [...found.values()];
}

function nameOf(ref: BaseRef, stages: readonly Stage[]): string {
  switch (ref.kind) {
    case 'stage':
      return stageName(stages[ref.stage]!);
    case 'image':
      return ref.digest === undefined ? ref.image : `${ref.image}@${ref.digest}`;
    default:
      return ref.text;
  }
}
