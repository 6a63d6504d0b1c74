/**
 * The registry's config; JSON is YAML enough for it.
 * @param {{addr: string, storage: string, dir: string, htpasswd?: string | null, tls?: boolean, readonly?: boolean}} options
 *   `dir` holds the users and the certificate, as the registry sees it
 */
export function registryConfig({ addr, storage, dir, htpasswd, tls, readonly = false }) {
  return {
    version: '0.1',
    // The access log says who pulled what; it goes to the log file with the rest.
    log: { level: 'warn', accesslog: { disabled: false } },
    storage: {
      filesystem: { rootdirectory: storage },
      delete: { enabled: true },
      cache: { blobdescriptor: 'inmemory' },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: readonly } },
    },
    http: {
      addr,
      secret: 'one registry, one secret',
      ...(tls ? { tls: { certificate: `${dir}/server.crt`, key: `${dir}/server.key` } } : {}),
    },
    ...(htpasswd ? { auth: { htpasswd: { realm: 'nx-docker-cache engine', path: `${dir}/htpasswd` } } } : {}),
  };
}
