import type { InspectedDockerfile, Inspection } from '../model/inspection';
import { Paint, table } from './format';
import { detailsOf } from './inspect-details';
import { findingsOf, type Finding } from './inspect-findings';

export interface InspectView {
  readonly colors: boolean;
  /** What was asked for; undefined: all of the workspace. */
  readonly name: string | undefined;
}

/** An inspection for a person: a line for each Dockerfile, or all of one; then what wants a look, and what to do. */
export function formatInspection({ workspace, dockerfiles }: Inspection, view: InspectView): string[] {
  const paint = new Paint(view.colors);
  const findings = dockerfiles.flatMap(findingsOf);
  const tools = workspace.tools.length > 0 ? ` (${workspace.tools.join(', ')})` : '';
  const what = view.name === undefined ? `in ${workspace.root}${tools}` : `of ${view.name}`;
  const files = new Set(dockerfiles.map(({ path }) => path)).size;
  if (files === 0) return [`No Dockerfile ${what}.`];
  return [
    paint.text('bold', `${count(files, 'Dockerfile')} ${what}`),
    '',
    ...(view.name === undefined
      ? overview(dockerfiles, paint)
      : dockerfiles.flatMap((one) => detailsOf(one, paint))),
    ...(findings.length === 0 ? ['', paint.text('green', 'Nothing wants a look.')] : lookAt(findings, paint)),
  ];
}

function overview(dockerfiles: readonly InspectedDockerfile[], paint: Paint): string[] {
  const rows = dockerfiles.map((one) => {
    const { path, projects, context, stages, reachableStages, edges } = one;
    const names = projects.map(({ name }) => name);
    const findings = findingsOf(one);
    const isGuess = findings.some(({ kind }) => kind === 'undecided');
    const needs = [...new Set(edges.map(({ to }) => to))];
    return [
      path,
      names.length > 0 ? shortList(names) : paint.text('dim', 'none'),
      context === undefined ? '' : `${context.path}${isGuess ? ' ?' : ''}`,
      stages.length === 0 ? '' : `${reachableStages.length} of ${stages.length}`,
      shortList(needs),
      summaryOf(findings, paint),
    ];
  });
  const head = ['Dockerfile', 'project', 'context', 'stages', 'needs', ''].map((title) =>
    paint.text('dim', title),
  );
  return table([head, ...rows]);
}

function shortList(names: readonly string[]): string {
  return names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

/** `1 missing, 2 unresolved` */
function summaryOf(findings: readonly Finding[], paint: Paint): string {
  if (findings.length === 0) return paint.text('green', 'ok');
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const many = findings.filter((finding) => finding.kind === kind).length;
      return kind === 'broken' ? paint.text('red', 'broken') : paint.text('yellow', `${many} ${kind}`);
    })
    .join(', ');
}

function lookAt(findings: readonly Finding[], paint: Paint): string[] {
  const lines = findings.flatMap(({ path, line, kind, what, cure }) => [
    `  ${paint.text(kind === 'broken' ? 'red' : 'yellow', kind.padEnd(11))}  ${path}${line === undefined ? '' : `:${line}`}`,
    `               ${what}`,
    `               ${paint.text('dim', 'do:')} ${cure}`,
  ]);
  return ['', paint.text('bold', `To look at: ${findings.length}`), ...lines];
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
