import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { privateApt } from './apt.mjs';
import { run } from './exec.mjs';
import { machineCa, CA_PATH } from './machine.mjs';
import { toolEnv } from './toolset.mjs';

/** What the slim images leave out: nobody reads manuals in a build. */
const EXCLUDED = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/info/*', '/usr/share/locale/*', '/usr/share/groff/*'];

/**
 * A minimal Debian of the machine's own release, so that the machine's own programs run in it.
 * @param {import('./paths.mjs').Layout} at
 * @param {import('./toolset.mjs').Toolset} set
 */
export async function makeDebian(at, set, root) {
  const apt = await privateApt(join(at.apt, 'own'), []);
  const excludes = EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`);
  await run('mmdebstrap', ['--quiet', '--mode=root', '--variant=minbase', ...excludes, apt.own, root, apt.sourceLine], {
    env: { ...process.env, PATH: toolEnv(set).PATH, SOURCE_DATE_EPOCH: '0' },
  });
  // `apt-get install` in a build goes the machine's way out: its proxy and what it makes of the archive's dates.
  const { stdout } = await run('apt-config', ['dump']);
  const wanted = stdout.split('\n').filter((line) => /^Acquire::(https?|Check-)/.test(line) && !line.endsWith(' "";'));
  await writeFile(join(root, 'etc/apt/apt.conf.d/90machine'), `${wanted.join('\n')}\n`);
  const ca = await machineCa();
  for (const path of ca ? [CA_PATH, '/etc/ssl/certs/ca-certificates.crt'] : []) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(ca, join(root, path));
  }
}
