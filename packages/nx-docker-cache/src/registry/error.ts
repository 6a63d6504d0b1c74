/** What may go wrong with a registry, as a closed list. */
export type RegistryErrorReason =
  /** The reference is malformed, or of the wrong kind for the verb. */
  | 'invalid-reference'
  /** Credentials are unreadable, contradictory, or would leave over an unprotected connection. */
  | 'credentials'
  /** 401: nobody is logged in, or the login is not accepted. */
  | 'unauthorized'
  /** 403, or a login without the rights; on some registries a repository that does not exist yet. */
  | 'denied'
  | 'not-found'
  /** 405 and its kin: the registry does not offer this. */
  | 'unsupported'
  /** 429. */
  | 'rate-limited'
  /** 5xx, connection refused or reset, no such host, TLS. */
  | 'unavailable'
  /** A request or the whole call took too long. */
  | 'timeout'
  /** The caller's signal ended the call. */
  | 'aborted'
  /** Any other 4xx. */
  | 'rejected'
  /** The answer is not what the distribution spec says: garbage, too large, a wrong digest. */
  | 'invalid-response';

export interface RegistryErrorDetails {
  readonly reason: RegistryErrorReason;
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string;
  readonly method?: string;
  /** Already redacted. */
  readonly url?: string;
  readonly status?: number;
  readonly code?: string;
  readonly temporary?: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * The one error of this room. The same fields are `RegistryFailure` in `ports/registry.ts`, where the other
 * rooms read them from. No field holds a secret: no credential, no query value that the spec does not define.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly reason: RegistryErrorReason;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly hint: string | undefined;
  readonly method: string | undefined;
  /** Redacted. */
  readonly url: string | undefined;
  /** HTTP status. */
  readonly status: number | undefined;
  /** The spec's error code from the body, for instance MANIFEST_UNKNOWN. */
  readonly code: string | undefined;
  /** true where the same call may succeed later. */
  readonly temporary: boolean;
  /** Milliseconds that the registry asked to wait, uncapped. */
  readonly retryAfterMs: number | undefined;

  readonly #details: RegistryErrorDetails;

  constructor(details: RegistryErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.#details = details;
    this.reason = details.reason;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
    this.method = details.method;
    this.url = details.url;
    this.status = details.status;
    this.code = details.code;
    this.temporary = details.temporary ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The same failure, told in other words; this one becomes its cause. */
  retold(message: string): RegistryError {
    return new RegistryError({ ...this.#details, message, cause: this });
  }
}
