import { writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EngineError } from './errors.mjs';
import { run } from './exec.mjs';

/** An htpasswd file for `user:password`. The registry takes only bcrypt, which the C library behind perl's crypt has. */
export async function writeHtpasswd(path, credentials) {
  const colon = credentials.indexOf(':');
  if (colon < 1 || colon === credentials.length - 1) {
    throw new EngineError(
      'ENGINE_OPTION',
      'Expected --htpasswd user:password; found no user or no password.',
      { exitCode: 2 },
    );
  }
  // bcrypt's alphabet; its last salt character has few legal values, and `u` is one.
  const salt = `${randomBytes(24)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '.')
    .slice(0, 21)}u`;
  const input = `${credentials.slice(colon + 1)}\n$2y$05$${salt}`;
  // On standard input: arguments are there for every user to see.
  const { stdout } = await run(
    'perl',
    ['-e', 'chomp(my $p = <STDIN>); my $s = <STDIN>; print crypt($p, $s)'],
    { input },
  );
  if (!stdout.startsWith('$2y$')) {
    throw new EngineError('ENGINE_NO_BCRYPT', "Expected perl's crypt to know bcrypt; it does not.");
  }
  await writeFile(path, `${credentials.slice(0, colon)}:${stdout}\n`, { mode: 0o600 });
  return path;
}

/** A certificate authority and a certificate of it for 127.0.0.1. */
export async function writeCertificates(dir) {
  const at = (name) => join(dir, name);
  const files = { caCert: at('ca.crt'), cert: at('server.crt'), key: at('server.key') };
  const openssl = (...args) => run('openssl', args, { cwd: dir });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-subj',
    '/CN=nx-docker-cache test CA',
    '-keyout',
    at('ca.key'),
    '-out',
    files.caCert,
  );
  await openssl(
    'req',
    ...key.slice(0, 5),
    '-subj',
    '/CN=127.0.0.1',
    '-keyout',
    files.key,
    '-out',
    at('server.csr'),
  );
  await writeFile(at('san'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const sign = [
    '-CA',
    files.caCert,
    '-CAkey',
    at('ca.key'),
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    at('san'),
  ];
  await openssl('x509', '-req', '-in', at('server.csr'), ...sign, '-out', files.cert);
  return files;
}
