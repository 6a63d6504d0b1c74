import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownArchive } from './apt.mjs';
import { run } from './exec.mjs';
import { machineCa, CA_PATH } from './machine.mjs';
import { toolEnv } from './toolset.mjs';

/** What the slim images leave out: nobody reads manuals in a build. */
const LEFT_OUT = ['man', 'doc', 'info', 'locale', 'groff'].map((name) => `/usr/share/${name}`);

const LOCAL_AUTHORITIES = '/usr/local/share/ca-certificates';

/**
 * A minimal Debian of the machine's own release, so that the machine's own programs run in it.
 * @param {import('./toolset.mjs').Toolset} set
 */
export async function makeDebian(set, root) {
  const { codename, line } = await ownArchive();
  await run('mmdebstrap', ['--quiet', '--mode=root', '--variant=minbase', codename, root, line(codename)], {
    env: { ...process.env, PATH: toolEnv(set).PATH, SOURCE_DATE_EPOCH: '0' },
  });
  // Removed now and excluded from later installs; mmdebstrap's own filter takes seven seconds for the same.
  for (const dir of LEFT_OUT) {
    await rm(join(root, dir), { recursive: true, force: true });
    await mkdir(join(root, dir));
  }
  await writeFile(
    join(root, 'etc/dpkg/dpkg.cfg.d/slim'),
    LEFT_OUT.map((dir) => `path-exclude ${dir}/*\n`).join(''),
  );
  // `apt-get install` in a build goes the machine's way out: its proxy and what it makes of the archive's dates.
  const { stdout } = await run('apt-config', ['dump']);
  const wanted = stdout
    .split('\n')
    .filter((line) => /^Acquire::(https?|Check-)/.test(line) && !line.endsWith(' "";'));
  await writeFile(join(root, 'etc/apt/apt.conf.d/90machine'), `${wanted.join('\n')}\n`);
  const ca = await machineCa();
  for (const path of ca ? [CA_PATH, '/etc/ssl/certs/ca-certificates.crt'] : []) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(ca, join(root, path));
  }
  // Installing ca-certificates makes the bundle anew, from the public authorities and these.
  if (existsSync(LOCAL_AUTHORITIES))
    await cp(LOCAL_AUTHORITIES, join(root, LOCAL_AUTHORITIES), { recursive: true });
}
