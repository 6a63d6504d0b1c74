import { existsSync } from 'node:fs';
import { run } from './exec.mjs';

/** Where the machine's certificate bundle goes in an image: a path that no package rewrites. */
export const CA_PATH = '/etc/ssl/machine-ca.pem';

const npmConfig = async (name) => {
  const { code, stdout } = await run('npm', ['config', 'get', name], { allowFailure: true, cwd: '/' });
  const value = stdout.trim();
  return code === 0 && !['', 'null', 'undefined'].includes(value) ? value : undefined;
};

/** The certificate bundle that node and npm trust on this machine, undefined for node's own. */
export async function machineCa() {
  const bundle = process.env.NODE_EXTRA_CA_CERTS || (await npmConfig('cafile'));
  return bundle && existsSync(bundle) ? bundle : undefined;
}

/** npm's way to its registry on this machine, as lines of an npmrc. Secrets stay here. */
export async function machineNpmrc() {
  const names = ['registry', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl'];
  const values = await Promise.all(names.map(npmConfig));
  const lines = names.flatMap((name, index) =>
    values[index] === undefined ? [] : [`${name}=${values[index]}`],
  );
  if (await machineCa()) lines.push(`cafile=${CA_PATH}`);
  // These only make noise, and one of them asks the registry.
  return [...lines, 'fund=false', 'audit=false', 'update-notifier=false', ''].join('\n');
}
