/**
 * The registry's config; JSON is YAML enough for it.
 * @param {{port: number, storage: string, htpasswd?: string, tls?: {cert: string, key: string}, readonly?: boolean}} options
 */
export function registryConfig({ port, storage, htpasswd, tls, readonly = false }) {
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
      addr: `127.0.0.1:${port}`,
      secret: 'one registry, one secret',
      ...(tls ? { tls: { certificate: tls.cert, key: tls.key } } : {}),
    },
    ...(htpasswd ? { auth: { htpasswd: { realm: 'nx-docker-cache engine', path: htpasswd } } } : {}),
  };
}
