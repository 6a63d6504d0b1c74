/**
 * How long the content key of a large context takes, each time in a process of its own:
 *   node tools/soundness.d/speed.mjs [--files 10000] [--megabytes 100]
 * cold: no digest is known · warm: nothing changed since the last run
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Compiler } from './compiled.mjs';
import { Product } from './product.mjs';

const DOCKERFILE = `FROM scratch
COPY package.json ./
COPY src src
COPY . .
COPY --exclude=**/*.9 src/f1 src/f2 other/
COPY src/f*/a.1* ./
`;
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    megabytes: { type: 'string', default: '100' },
    measure: { type: 'string' },
    dist: { type: 'string' },
  },
});
if (values.measure === undefined) main(Number(values.files), Number(values.megabytes));
else await measure(values.measure, values.dist);

function main(files, megabytes) {
  const root = mkdtempSync(join(tmpdir(), 'soundness-speed-'));
  try {
    mkdirSync(join(root, 'product'));
    const dist = new Compiler(join(root, 'product')).write();
    grow(join(root, 'app'), files, Math.floor((megabytes * 1e6) / files));
    // Digests of files that were just written are not remembered.
    execFileSync('sleep', ['2.5']);
    const run = () =>
      JSON.parse(
        execFileSync(process.execPath, [import.meta.filename, '--measure', root, '--dist', dist], {
          encoding: 'utf8',
        }),
      );
    for (const state of ['cold', 'warm', 'warm', 'warm']) {
      const { seconds, megabytes: memory, startup, key } = run();
      console.log(
        `${state}  ${seconds.toFixed(2)} s (modules ${startup.toFixed(2)} s)  ${memory} MB at most  ${key.slice(0, 12)}`,
      );
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function grow(folder, count, size) {
  const content = (number) => Buffer.alloc(size, createHash('sha256').update(String(number)).digest('hex'));
  for (let number = 0; number < count; number++) {
    if (number % 100 === 0) mkdirSync(join(folder, `src/f${number / 100}`), { recursive: true });
    writeFileSync(join(folder, `src/f${Math.floor(number / 100)}/a.${number}`), content(number));
  }
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'Dockerfile'), DOCKERFILE);
  writeFileSync(join(folder, '.dockerignore'), '**/node_modules\n**/*.md\n.git\n!README.md\ndist\n');
  writeFileSync(join(folder, '../nx-docker-cache.json'), '{}');
}

async function measure(root, dist) {
  const product = new Product(root, root, dist);
  const options = { context: 'app', dockerfile: 'app/Dockerfile', image: 'a', registry: '127.0.0.1:1' };
  const loaded = performance.now();
  const { content } = await product.prepare(options);
  const seconds = (performance.now() - loaded) / 1000;
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ seconds, startup: loaded / 1000, megabytes, key: content.key }));
}
