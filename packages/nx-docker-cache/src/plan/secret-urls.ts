/** `scheme://user:password@host` (RFC 3986, 3.2.1); what a password may not hold as it is ends the match. */
const WITH_PASSWORD = /\b[a-z][a-z0-9+.-]*:\/\/([^\s:@/?#"']*):([^\s@/?#"']+)@(\[[^\]\s]*\]|[^\s:/?#"',]+)/gi;
const SHORTEST = 8;
/** A variable, or a word in the place of a password. */
const STANDS_FOR_ONE =
  /[$<>{}*]|^(?:password|passphrase|passwd|secret|postgres|mysql|username|redacted|x-oauth-basic)\d*$|change.?me|placeholder|example|dummy|your.?(?:password|token)/i;
/** This machine, or a container beside: such a password opens nothing to whoever reads it elsewhere. */
const NEAR = /^(?:[^.]*|127\.[\d.]+|0\.0\.0\.0|\[::1\]|host\.docker\.internal)$/;

/** Passwords in the URLs of a text that open something beyond this machine. */
export function passwordsIn(text: string): string[] {
  return [...text.matchAll(WITH_PASSWORD)].flatMap(([, user, password = '', host = '']) =>
    password.length < SHORTEST || password === user || STANDS_FOR_ONE.test(password) || NEAR.test(host)
      ? []
      : [password],
  );
}
