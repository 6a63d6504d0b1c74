/** The product's modules, one by one as the bundle does not have them, and with a fault in one where that is asked for. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileForDist } from '../lib/compile.mjs';
import { listFiles } from '../lib/files.mjs';
import { distDir, packageDir, srcDir } from '../lib/paths.mjs';
import { plant } from './faults.mjs';

/** Sources by path. @returns {Map<string, string>} */
export function readSources() {
  const files = listFiles(srcDir).filter(
    (file) => /(?<!\.spec|\.d)\.ts$/.test(file) && !/(^|\/)files\//.test(file),
  );
  return new Map(files.map((file) => [file, readFileSync(join(srcDir, file), 'utf8')]));
}

export class Compiler {
  #folder;
  #sources = readSources();
  #compiled = new Map();
  #count = 0;

  /** @param {string} folder that is empty; needs `dist/vendor` of the package */
  constructor(folder) {
    this.#folder = folder;
    for (const [file, text] of this.#sources) this.#compiled.set(file, compileForDist(text, file));
  }

  /** @param {import('./faults.mjs').Fault} [fault] @returns {string} folder of the modules */
  write(fault) {
    const root = join(this.#folder, String(this.#count++));
    const faulty = fault === undefined ? new Map() : plant(fault, this.#sources);
    for (const [file, text] of this.#compiled) {
      const path = join(root, 'dist', file.replace(/ts$/, 'js'));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, faulty.has(file) ? compileForDist(faulty.get(file), file) : text);
    }
    symlinkSync(join(distDir, 'vendor'), join(root, 'dist/vendor'));
    symlinkSync(join(packageDir, 'package.json'), join(root, 'package.json'));
    return join(root, 'dist');
  }
}
