/** Holds sources against the table of rooms-table.mjs. */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { findCycles } from './cycles.mjs';
import { listFiles } from './files.mjs';
import { importsOf } from './imports.mjs';
import { BUILTINS, PACKAGES, ROOMS } from './rooms-table.mjs';

const SHARED_SUFFIXES = ['.ts', '/index.ts', '.d.ts', ''];

/** @returns `{file, line, rule}` of everything that the table does not allow, and the number of files read */
export function checkRooms(srcDir) {
  const files = new Set(listFiles(srcDir).filter((file) => !/(^|\/)files\//.test(file)));
  const violations = [];
  const edges = new Map();
  const sources = [...files].filter((file) => /(?<!\.d|\.spec)\.ts$/.test(file));
  for (const file of sources) {
    const room = roomOf(file);
    if (!Object.hasOwn(ROOMS, room)) {
      violations.push({ file, line: 1, rule: `${room} is no room of the table` });
      continue;
    }
    const targets = [];
    for (const found of importsOf(file, readFileSync(join(srcDir, file), 'utf8'))) {
      const { target, rule } = judge(file, room, found, files);
      if (rule !== undefined) violations.push({ file, line: found.line, rule });
      if (target !== undefined && !found.types) targets.push({ file: target, line: found.line });
    }
    edges.set(file, targets);
  }
  for (const { path, line } of findCycles(edges)) {
    violations.push({ file: path[0], line, rule: `import cycle: ${path.join(' → ')}` });
  }
  return { violations, files: sources.length };
}

/** `plan/argv.ts` → plan, `errors.ts` → errors. */
function roomOf(file) {
  return file.split('/')[0].replace(/\.ts$/, '');
}

function judge(file, room, found, files) {
  const { specifier } = found;
  if (specifier === undefined) return { rule: 'an import names its module as a plain string' };
  if (specifier.startsWith('.')) return judgeRelative(file, room, specifier, files);
  if (builtinModules.includes(specifier.replace(/^node:/, ''))) return { rule: judgeBuiltin(room, found) };
  return { rule: judgePackage(room, found) };
}

function judgeRelative(file, room, specifier, files) {
  const path = posix.join(posix.dirname(file), specifier);
  if (path.startsWith('..')) return { rule: `${specifier} is outside src; sources import sources only` };
  const target = SHARED_SUFFIXES.map((suffix) => path + suffix).find((candidate) => files.has(candidate));
  if (target === undefined) return { rule: `${specifier} is no source file` };
  if (target.endsWith('.spec.ts')) return { target, rule: `${specifier} is a spec; sources import none` };
  const to = roomOf(target);
  if (to === room || (ROOMS[room] ?? []).some((entry) => covers(entry, target))) return { target };
  return { target, rule: `${room} may import ${list(ROOMS[room])}; not ${to} (${target})` };
}

/** `plan` covers the room, `plan/argv` covers plan/argv.ts and plan/argv/…. */
function covers(entry, target) {
  return target === `${entry}.ts` || target.startsWith(`${entry}/`);
}

function judgeBuiltin(room, { specifier, types, names }) {
  if (!specifier.startsWith('node:')) return `write node:${specifier}`;
  const { everything, pure, rooms } = BUILTINS;
  if (everything.includes(room) || (types && BUILTINS.types.includes(room))) return undefined;
  const allowed =
    rooms[room]?.[specifier] ?? (pure.except.includes(room) ? undefined : pure.modules[specifier]);
  if (allowed === undefined) return `${room} may not import ${specifier}; ${list(everything)} may`;
  if (allowed === '*') return undefined;
  const others = names?.filter((name) => !allowed.includes(name)) ?? ['all of it'];
  return others.length === 0
    ? undefined
    : `${room} may take ${list(allowed)} of ${specifier}; not ${list(others)}`;
}

function judgePackage(room, { specifier, types }) {
  const rule = PACKAGES[specifier];
  if (rule === undefined) return `${specifier} is no package of the table in tools/lib/rooms-table.mjs`;
  if (rule.rooms.includes(room)) return undefined;
  if (!rule.types?.includes(room)) return `${room} may not import ${specifier}; ${list(rule.rooms)} may`;
  return types ? undefined : `${room} may import types of ${specifier} only (import type)`;
}

function list(names) {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
