/** Python's versions. https://packaging.python.org/en/latest/specifications/version-specifiers/ */
const VERSION = new RegExp(
  [
    /^\s*v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
    /(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d+)?)?/,
    /(?:-(?<dash>\d+)|[-_.]?(?<post>post|rev|r)[-_.]?(?<postNumber>\d+)?)?/,
    /(?:[-_.]?(?<dev>dev)[-_.]?(?<devNumber>\d+)?)?/,
    /(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

const PRE: Readonly<Record<string, string>> = {
  ...{ alpha: 'a', a: 'a', beta: 'b', b: 'b' },
  ...{ preview: 'rc', pre: 'rc', c: 'rc', rc: 'rc' },
};

export interface Pep440 {
  /** The normal form. */
  readonly version: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /** true for pre-, post- and development releases. */
  readonly special: boolean;
}

/** undefined where the text is no version. */
export function parsePep440(text: string): Pep440 | undefined {
  const found = VERSION.exec(text)?.groups as Readonly<Record<string, string | undefined>> | undefined;
  if (found === undefined) return undefined;
  const { epoch, release = '', pre, preNumber, dash, post, postNumber, dev, devNumber, local } = found;
  const number = (digits: string | undefined): string => String(BigInt(digits ?? 0));
  const numbers = release.split('.').map(number);
  const isPost = dash !== undefined || post !== undefined;
  const version = [
    number(epoch) === '0' ? '' : `${number(epoch)}!`,
    numbers.join('.'),
    pre === undefined ? '' : `${PRE[pre.toLowerCase()]}${number(preNumber)}`,
    isPost ? `.post${number(dash ?? postNumber)}` : '',
    dev === undefined ? '' : `.dev${number(devNumber)}`,
    local === undefined ? '' : `+${local.toLowerCase().replace(/[-_]/g, '.')}`,
  ].join('');
  const [major = '0', minor = '0', patch = '0'] = numbers;
  return { version, major, minor, patch, special: pre !== undefined || isPost || dev !== undefined };
}
