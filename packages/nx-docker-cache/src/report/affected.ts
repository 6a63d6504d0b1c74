import type { AffectedProject, AffectedReason, AffectedReport, KnownBuild } from '../model/affected';
import { Paint, table } from './format';

const STYLES = { known: 'green', needed: 'yellow', undecided: 'cyan', unasked: 'dim' } as const;

/** A report for a person: a line for each build, with its first reason. */
export function formatAffected(report: AffectedReport, view: { readonly colors: boolean }): string[] {
  const paint = new Paint(view.colors);
  const { projects, unaffected, range, changed, warnings } = report;
  const since =
    range.base === undefined ? `: ${range.from}` : ` since ${range.base.slice(0, 7)} (${range.from})`;
  const head = `${projects.length} of ${projects.length + unaffected} builds are concerned${since}`;
  const files = range.base === undefined ? '' : `, ${changed} ${changed === 1 ? 'file' : 'files'} changed`;
  return [
    paint.text('bold', head + files),
    ...(projects.length === 0 ? [] : ['', ...rows(projects, paint)]),
    ...(warnings.length === 0
      ? []
      : ['', ...warnings.map((text) => `${paint.text('yellow', 'warning')}  ${text}`)]),
  ];
}

function rows(projects: readonly AffectedProject[], paint: Paint): string[] {
  const head = ['project', 'why', 'build'].map((title) => paint.text('dim', title));
  const body = projects.flatMap(({ name, target, reasons, skip }) => {
    const [first, ...others] = reasons.map(textOf);
    const shown = target === 'docker-build' ? name : `${name}:${target}`;
    const rest = others.slice(0, 2).map((text) => ['', text, '']);
    const more = others.length > 2 ? [['', paint.text('dim', `and ${others.length - 2} more`), '']] : [];
    return [[shown, first ?? '', stateOf(skip, paint)], ...rest, ...more];
  });
  return table([head, ...body]);
}

function textOf({ files, count, text }: AffectedReason): string {
  const [first] = files;
  if (first === undefined) return text;
  return `${first}${count > 1 ? ` and ${count - 1} more` : ''}: ${text}`;
}

function stateOf({ state, reason }: KnownBuild, paint: Paint): string {
  const word = { known: 'skippable', needed: 'needed', undecided: 'undecided', unasked: '' }[state];
  return state === 'unasked' ? '' : `${paint.text(STYLES[state], word)}: ${reason}`;
}
