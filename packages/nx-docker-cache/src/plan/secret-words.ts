import { passwordsIn } from './secret-urls';

/**
 * What a secret looks like. Forms that issuers give their tokens count anywhere; else a name that says so has to come
 * with a value that could be one.
 */
const TOKENS = [
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_[A-Za-z0-9_]{22,}/,
  /\bglpat-[A-Za-z0-9_-]{20}/,
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bdckr_pat_[A-Za-z0-9_-]{20}/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\b[sr]k_live_[0-9A-Za-z]{24}/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

const SECRET_NAME =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY|CREDENTIALS?|AUTH)(?:$|_)/i;
/** PGPASSWORD, NPMTOKEN, MYSQL_PWD, GITHUB_PAT: what is glued together, and what is short for it, counts at the end only. */
const SECRET_END = /[A-Z0-9](?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|APIKEY)$|_(?:PWD|PAT)$/i;
/** Where it is, what it is called, how long it lives: not the secret itself. */
const ABOUT_ONE = /_(?:FILE|PATH|DIR|URL|URI|HOST|NAME|ID|TYPE|TTL|LENGTH|EXPIRY|EXPIRES(?:_IN)?)$/i;
/** What bundlers hand to browsers is public by its name. */
const PUBLIC = /(?:^|_)(?:PUBLIC|PUBLISHABLE|DUMMY|FAKE|EXAMPLE)(?:$|_)|^(?:VITE|REACT_APP|NG_APP)_/i;
const SHORTEST = 8;

export function holdsToken(text: string): boolean {
  return TOKENS.some((token) => token.test(text)) || passwordsIn(text).length > 0;
}

/** true where the name alone says that whatever stands there is a secret, or the value has the form of one. */
export function holdsSecretBy(name: string, value: string): boolean {
  if (holdsToken(value)) return true;
  if (PUBLIC.test(name) || ABOUT_ONE.test(name)) return false;
  // A folder is a PWD as well.
  return SECRET_NAME.test(name) || (SECRET_END.test(name) && !value.startsWith('/'));
}

/** true where a variable of this name and value would be a secret to whoever reads the image. */
export function isSecret(name: string, value: string): boolean {
  if (holdsToken(value)) return true;
  return holdsSecretBy(name, value) && value.length >= SHORTEST && !isHarmless(value);
}

/** Paths, references to something else, words that stand for a value. */
function isHarmless(value: string): boolean {
  return (
    /^(?:\.{0,2}\/|~|file:|\$|<|\{)/.test(value) ||
    /^(?:true|false|none|null|undefined|disabled|enabled|required|optional|\d+)$/i.test(value) ||
    /change.?me|placeholder|example|dummy|not.?used|unused/i.test(value)
  );
}

/** Files that hold secrets by custom; what is in them decides. */
export const SECRET_FILES =
  /(?:^|\/)(?:\.npmrc|\.yarnrc(?:\.yml)?|\.pypirc|\.netrc|\.git-credentials|\.env(?:\.[\w.-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:pem|key)|\.docker\/config\.json|\.aws\/credentials)$/;

/** true where a file of such a name holds a secret, and not only the name of a variable that does. */
export function holdsSecret(path: string, text: string): boolean {
  if (holdsToken(text)) return true;
  if (/\.docker\/config\.json$/.test(path)) return /"auth"\s*:\s*"[^"]+"/.test(text);
  if (/\.(?:netrc|git-credentials)$/.test(path)) return /password\s+\S+|:\/\/[^\s:@]+:[^\s@]+@/.test(text);
  return text.split('\n').some((line) => {
    const [, name, value] = /^\s*(?:export\s+)?([^\s=#]+?)\s*(?:=|:\s)\s*["']?([^"'\s]+)/.exec(line) ?? [];
    if (name === undefined || value === undefined) return false;
    return isSecret(
      name
        .replace(/^.*[:/]/, '')
        .replace(/([a-z])([A-Z])/g, '$1_$2')
        .replace(/^_/, ''),
      value,
    );
  });
}
