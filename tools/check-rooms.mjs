#!/usr/bin/env node
/**
 * Fails where a source imports what the table in lib/rooms-table.mjs does not allow, or where imports form a cycle.
 *   node tools/check-rooms.mjs [source folder …]
 */
import { relative, resolve, sep } from 'node:path';
import { srcDir } from './lib/paths.mjs';
import { checkRooms } from './lib/rooms.mjs';

const folders = process.argv.length > 2 ? process.argv.slice(2).map((folder) => resolve(folder)) : [srcDir];
for (const folder of folders) {
  const shown = relative(process.cwd(), folder).replaceAll(sep, '/');
  const { violations, files } = checkRooms(folder);
  for (const { file, line, rule } of violations) console.log(`${shown}/${file}:${line}  ${rule}`);
  console.log(`${shown}: ${files} files, ${violations.length} violations`);
  if (violations.length > 0 || files === 0) process.exitCode = 1;
}
