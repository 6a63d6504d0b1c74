import { RegistryError } from './error';
import { oneLine, redactUrl } from './redact';

/** System and undici codes of failures that a later try may not see again. */
const TEMPORARY = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

/** Code of a failed connection: fetch hides it one or two causes down. */
export function networkCode(error: unknown): string | undefined {
  return coded(error)?.code;
}

interface Coded {
  readonly code: string;
  readonly message: string;
}

/** Errors of node itself may belong to another realm (a worker, a test), where `instanceof Error` is false. */
function coded(error: unknown): Coded | undefined {
  let at = error;
  for (let depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, message, errors, cause } = at as {
      code?: unknown;
      message?: unknown;
      errors?: unknown;
      cause?: unknown;
    };
    // Several addresses were tried; they mostly failed alike.
    const inner = Array.isArray(errors) ? coded(errors[0]) : undefined;
    if (inner !== undefined) return inner;
    if (typeof code === 'string') return { code, message: typeof message === 'string' ? message : '' };
    at = cause;
  }
  return undefined;
}

/** true where the other side did speak TLS, and its certificate was not accepted. */
export function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && CERTIFICATE.test(code);
}

/** The error for a request that got no answer. */
export function networkFailure(method: string, url: string, cause: unknown): RegistryError {
  const told = coded(cause);
  const code = told?.code;
  const why = told?.message ?? messageOf(cause);
  const safeUrl = redactUrl(url);
  const host = URL.canParse(url) ? new URL(url).host : url;
  return new RegistryError({
    reason: 'unavailable',
    message: `${method} ${safeUrl} failed: ${oneLine(code === undefined || why.includes(code) ? why : `${code}: ${why}`)}.`,
    hint: hintFor(code, host),
    method,
    url: safeUrl,
    temporary: code !== undefined && TEMPORARY.has(code),
    cause,
  });
}

/** The message of whatever was thrown, its own realm or not. */
export function messageOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

function hintFor(code: string | undefined, host: string): string | undefined {
  if (isCertificateCode(code)) {
    return `Trust the registry's CA: put it in /etc/docker/certs.d/${host}/ca.crt, or name its file in NODE_EXTRA_CA_CERTS.`;
  }
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL') === true) {
    return `${host} does not speak TLS; where it is meant to be plain HTTP, list it as insecure.`;
  }
  if (code === 'ENOTFOUND') return `No such host: check the name ${host} and this machine's DNS.`;
  // Other codes are of whoever made the fetch, and its message says what to do.
  return code !== undefined && TEMPORARY.has(code)
    ? `Check that ${host} is up and can be reached from this machine.`
    : undefined;
}
