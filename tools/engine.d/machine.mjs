import { existsSync } from 'node:fs';
import { run } from './exec.mjs';

/** Where the machine's certificate bundle goes in an image: a path that no package rewrites. */
export const CA_PATH = '/etc/ssl/machine-ca.pem';

/** npm's way to its registry. Credentials are not among them: they stay on the machine. */
const NPM_SETTINGS = ['registry', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl'];

/**
 * How this machine reaches npm's registry.
 * @returns {Promise<{npmrc: string, ca?: string}>} lines for an image's npmrc, and the certificate bundle that
 *   node and npm trust here (none: node's own)
 */
export async function machineNpm() {
  const { stdout } = await run('npm', ['config', 'list', '--long', '--json'], { cwd: '/' });
  const config = JSON.parse(stdout);
  const bundle = process.env.NODE_EXTRA_CA_CERTS || config.cafile;
  const ca = bundle && existsSync(bundle) ? bundle : undefined;
  // An unset list is an empty array: as text it is empty too.
  const lines = NPM_SETTINGS.filter((name) => String(config[name] ?? '') !== '').map(
    (name) => `${name}=${config[name]}`,
  );
  if (ca) lines.push(`cafile=${CA_PATH}`);
  // These only make noise, and one of them asks the registry.
  lines.push('fund=false', 'audit=false', 'update-notifier=false', '');
  return { npmrc: lines.join('\n'), ca };
}
