/** `node tools/docs.d/main.mjs`: writes the tables of options into the documentation. A test finds it out of date. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { writeIfChanged } from '../lib/files.mjs';
import { root } from '../lib/paths.mjs';
import { fill, FILES } from './tables.mjs';

for (const file of FILES) {
  const path = join(root, file);
  const text = await prettier.format(fill(readFileSync(path, 'utf8')), {
    ...(await prettier.resolveConfig(path)),
    parser: 'markdown',
  });
  if (writeIfChanged(path, text)) console.log(`${file} written`);
}
