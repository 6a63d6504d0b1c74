/** The small figures: what our process adds to the call that it makes, `--help`, and memory. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliArgv } from './ours.mjs';
import { measure } from './measure.mjs';
import { median } from './stats.mjs';

/** As the engine adapter sets them for its own call. */
const OWN_ENV = { BUILDX_METADATA_PROVENANCE: 'disabled', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };

/**
 * The command against the very `docker` call that it makes, in turns, on an agent whose engine has every step: the
 * shortest build there is, so that little but the difference is left. Caches are read and written in both.
 */
export async function overhead({ image, checkouts, env, turns }) {
  const cwd = checkouts.plain;
  const args = ['apps/api', '--registry', image, '--no-skip'];
  const ours = cliArgv(cwd, ['build', ...args]);
  await expectSuccess(ours, { cwd, env });
  const planned = await expectSuccess(cliArgv(cwd, ['plan', ...args, '--json']), { cwd, env });
  const folder = await mkdtemp(join(tmpdir(), 'bench-metadata-'));
  const argv = JSON.parse(planned.stdout).argv;
  const own = [
    'docker',
    ...argv.slice(0, -1),
    '--progress=rawjson',
    '--metadata-file',
    join(folder, 'metadata.json'),
    argv.at(-1),
  ];
  const times = { ours: [], docker: [], peakMb: [] };
  try {
    for (let turn = 0; turn < turns; turn++) {
      const first = await expectSuccess(ours, { cwd, env, memory: true });
      times.ours.push(first.ms);
      times.peakMb.push(first.peakMb);
      times.docker.push((await expectSuccess(own, { cwd, env: { ...env, ...OWN_ENV } })).ms);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { ours: median(times.ours), docker: median(times.docker), peakMb: Math.max(...times.peakMb) };
}

export async function help({ checkouts, env, turns }) {
  const times = [];
  for (let turn = 0; turn < turns; turn++) {
    times.push((await expectSuccess(cliArgv(checkouts.plain, ['--help']), { cwd: checkouts.plain, env })).ms);
  }
  return median(times);
}

/** @throws Error with the end of its output where it fails */
export async function expectSuccess(argv, options) {
  const result = await measure(argv, options);
  if (result.code !== 0)
    throw new Error(`${argv.join(' ')} ended with ${result.code}\n${result.output.slice(-4000)}`);
  return result;
}
