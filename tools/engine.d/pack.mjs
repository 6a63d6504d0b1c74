import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/**
 * Pack a folder as an image layer. Order, owners and times are fixed, so the same files give the same digest.
 * @param {string} root
 * @param {string} file  where the packed layer goes
 * @returns {Promise<import('./push.mjs').Layer>}
 */
export async function packLayer(root, file) {
  const args = [
    '--sort=name',
    '--mtime=@0',
    '--numeric-owner',
    '--exclude=./dev/*',
    '-C',
    root,
    '-cf',
    '-',
    '.',
  ];
  const tar = spawn('tar', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    tar.on('error', reject);
    tar.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar exited with ${code}`))));
  });
  const plain = digester();
  const packed = digester();
  await Promise.all([
    pipeline(tar.stdout, plain, createGzip({ level: 6 }), packed, createWriteStream(file)),
    ended,
  ]);
  return { file, diffId: plain.digest(), digest: packed.digest(), size: packed.size };
}

function digester() {
  const hash = createHash('sha256');
  const through = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      through.size += chunk.length;
      done(null, chunk);
    },
  });
  return Object.assign(through, { size: 0, digest: () => `sha256:${hash.digest('hex')}` });
}
