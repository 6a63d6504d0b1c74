import type { BuildHint } from './model';

/** What a variable of a CI service or a shell stands for. */
const VARIABLE = /\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\w+/g;

/**
 * The context that a hint gives a Dockerfile; undefined where it speaks of another. A variable stands for any one
 * name, the same one wherever it is written: `apps/${{ matrix.app }}/Dockerfile` with the context `apps/${{ matrix.app }}`.
 */
export function contextFor({ dockerfile, context }: BuildHint, path: string): string | undefined {
  if (dockerfile.length > 1000) return undefined;
  const names: string[] = [];
  let pattern = '';
  let end = 0;
  for (const { 0: variable, index } of dockerfile.matchAll(VARIABLE)) {
    const known = names.indexOf(nameOf(variable));
    pattern += escape(dockerfile.slice(end, index)) + (known < 0 ? '([^/]+)' : `\\${known + 1}`);
    if (known < 0) names.push(nameOf(variable));
    end = index + variable.length;
  }
  if (names.length > 5) return undefined;
  const match = new RegExp(`^${pattern}${escape(dockerfile.slice(end))}$`).exec(path);
  if (match === null) return undefined;
  const used = [...context.matchAll(VARIABLE)].map(([variable]) => names.indexOf(nameOf(variable)));
  if (used.includes(-1)) return undefined;
  const place = context.replace(VARIABLE, (variable) => match[names.indexOf(nameOf(variable)) + 1]!);
  return place.startsWith('..') || place.startsWith('/') ? undefined : place;
}

function nameOf(variable: string): string {
  return variable.replace(/[\s${}]/g, '');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
