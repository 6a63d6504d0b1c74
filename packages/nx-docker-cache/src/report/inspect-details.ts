import type { InspectedDockerfile } from '../model/inspection';
import { table, type Paint } from './format';

/** All of one Dockerfile, a fact a row. */
export function detailsOf(entry: InspectedDockerfile, paint: Paint): string[] {
  const rows = [
    ...projectRows(entry),
    ...contextRows(entry),
    ...stageRows(entry, paint),
    ...imageRows(entry),
    ...readRows(entry),
    ...driftRows(entry),
  ];
  return [paint.text('bold', entry.path), ...titled(rows, paint), ''].slice(
    0,
    rows.length === 0 ? 1 : undefined,
  );
}

type Row = readonly [title: string, ...cells: string[]];

function projectRows({ projects }: InspectedDockerfile): Row[] {
  if (projects.length === 0) return [['project', 'none', '', 'it lies outside all projects']];
  return projects.map(({ name, root, target }) => [
    'project',
    name,
    '',
    target === undefined ? `it lies in ${root}; no target builds it` : `target ${target}`,
  ]);
}

function contextRows({ context }: InspectedDockerfile): Row[] {
  return context === undefined ? [] : [['context', context.path, '', context.reason]];
}

function stageRows({ stages, builtStage }: InspectedDockerfile, paint: Paint): Row[] {
  return stages.map(({ index, name, line, base, reached }) => {
    const label = name ?? String(index);
    const note = label === builtStage ? 'is built' : reached ? 'is needed' : paint.text('dim', 'not needed');
    return ['stage', label, at(line), `FROM ${base}, ${note}`];
  });
}

function imageRows({ externalImages }: InspectedDockerfile): Row[] {
  return externalImages
    .filter(({ via }) => via !== 'syntax')
    .map(({ text, line, builtBy, digest }) => [
      'image',
      text,
      at(line),
      builtBy === undefined
        ? digest === undefined
          ? ''
          : 'pinned'
        : `built by ${builtBy.project}:${builtBy.target}`,
    ]);
}

function readRows({ instructions, edges, outputs, rootInputs }: InspectedDockerfile): Row[] {
  return [
    ...instructions.map(({ line, stage, via, from, sources }): Row => [
      'reads',
      sources.map(({ path }) => path).join(' '),
      at(line),
      `${via}${from === undefined ? '' : ` from ${from}`}, stage ${stage}`,
    ]),
    ...edges.map(({ from, to, via, line, reads, broad }): Row => [
      'needs',
      to,
      at(line),
      `${via} of its ${reads}${broad ? ', with all that the line names' : ''}, for ${from}`,
    ]),
    ...outputs.map(({ path, project, target, line }): Row => [
      'output',
      path,
      at(line),
      `of ${project}:${target}`,
    ]),
    ...rootInputs.map(({ path, line }): Row => ['root file', path, line === undefined ? '' : at(line)]),
  ];
}

function driftRows({ drift }: InspectedDockerfile): Row[] {
  return drift.map(({ checked, reason, missing, superfluous }) => {
    const found = missing.length + superfluous.length;
    const result = !checked ? 'not checked' : found === 0 ? 'none' : `${found} to look at`;
    return ['drift', result, '', reason];
  });
}

/** A title stands once over its rows. */
function titled(rows: readonly Row[], paint: Paint): string[] {
  return table(
    rows.map(([title, ...cells], index) => [
      rows[index - 1]?.[0] === title ? '' : paint.text('dim', title),
      ...cells,
    ]),
  );
}

function at(line: number): string {
  return `line ${line}`;
}
