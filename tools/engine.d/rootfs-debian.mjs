import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownArchive } from './apt.mjs';
import { run } from './exec.mjs';
import { CA_PATH } from './machine.mjs';
import { toolEnv } from './toolset.mjs';

/** What the slim images leave out: nobody reads manuals in a build. */
const LEFT_OUT = ['man', 'doc', 'info', 'locale', 'groff'].map((name) => `/usr/share/${name}`);

const LOCAL_AUTHORITIES = '/usr/local/share/ca-certificates';

/** What the result depends on beside the code here. @param {{ca?: string}} npm */
export async function debianInputs({ ca }) {
  const { codename, line } = await ownArchive();
  return [
    line(codename),
    await acquireSettings(),
    ca && (await readFile(ca, 'utf8')),
    await localAuthorities(),
  ];
}

/**
 * A minimal Debian of the machine's own release, so that the machine's own programs run in it.
 * @param {import('./toolset.mjs').Toolset} set
 * @param {string} root
 * @param {{ca?: string}} npm
 */
export async function makeDebian(set, root, { ca }) {
  const { codename, line } = await ownArchive();
  await run('mmdebstrap', ['--quiet', '--mode=root', '--variant=minbase', codename, root, line(codename)], {
    env: { ...process.env, PATH: toolEnv(set).PATH, SOURCE_DATE_EPOCH: '0' },
  });
  // Removed now and excluded from later installs; mmdebstrap's own filter takes seven seconds for the same.
  for (const dir of LEFT_OUT) {
    await rm(join(root, dir), { recursive: true, force: true });
    await mkdir(join(root, dir));
  }
  const add = async (path, text) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await add('/etc/dpkg/dpkg.cfg.d/slim', LEFT_OUT.map((dir) => `path-exclude ${dir}/*\n`).join(''));
  await add('/etc/apt/apt.conf.d/90machine', await acquireSettings());
  const bundle = ca && (await readFile(ca));
  for (const path of bundle ? [CA_PATH, '/etc/ssl/certs/ca-certificates.crt'] : []) await add(path, bundle);
  // Installing ca-certificates makes the bundle anew, from the public authorities and these.
  for (const [name, text] of await localAuthorities()) await add(join(LOCAL_AUTHORITIES, name), text);
}

/** `apt-get install` in a build goes the machine's way out: its proxy, and what it makes of the archive's dates. */
async function acquireSettings() {
  const { stdout } = await run('apt-config', ['dump']);
  const wanted = stdout
    .split('\n')
    .filter((line) => /^Acquire::(https?|Check-)/.test(line) && !line.endsWith(' "";'));
  return `${wanted.join('\n')}\n`;
}

async function localAuthorities() {
  const names = (await readdir(LOCAL_AUTHORITIES).catch(() => []))
    .filter((name) => name.endsWith('.crt'))
    .sort();
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(LOCAL_AUTHORITIES, name), 'utf8')]),
  );
}
