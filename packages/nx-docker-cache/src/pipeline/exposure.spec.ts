import { portsOf, world } from '../../test/fakes/ports';
import { prepare } from './prepare';

const VALUE = 'correct-horse-battery';

/** The form of a token; taken apart, so that nothing that looks for tokens finds one here. */
const TOKEN = ['gh', 'p_', 'aB3'.repeat(12)].join('');

const prepareWith = (files: Record<string, string>, options: Record<string, unknown> = {}) =>
  prepare(
    { name: 'api', root: '.', target: 'docker-build', options: { image: 'registry.test/api', ...options } },
    portsOf(world({ files: { ...files, 'src/a.js': 'a' } })),
    true,
  );
/** What the error lists; undefined where the build may go on. */
async function refused(...args: Parameters<typeof prepareWith>): Promise<string | undefined> {
  try {
    await prepareWith(...args);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'SECRET_EXPOSED' });
    expect(JSON.stringify(error) + String(error)).not.toContain(VALUE);
    expect(JSON.stringify(error) + String(error)).not.toContain(TOKEN);
    return (error as { found: string }).found;
  }
}

describe('a secret that the image would hold is refused, by name', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    [
      'build arg',
      'FROM scratch\nARG NPM_TOKEN\nRUN x',
      { buildArgs: { NPM_TOKEN: VALUE } },
      'build arg NPM_TOKEN',
    ],
    [
      'default of an ARG',
      `FROM scratch\nARG DB_PASSWORD=${VALUE}\nRUN x`,
      {},
      'Dockerfile:2 ARG DB_PASSWORD',
    ],
    ['ENV', `FROM scratch\nENV A=1 API_KEY=${VALUE}`, {}, 'Dockerfile:2 ENV API_KEY'],
    [
      'ENV of a stage that is left behind',
      `FROM scratch AS builder\nENV API_KEY="${VALUE}"\nFROM scratch\nCOPY --from=builder /a /a`,
      {},
      'Dockerfile:2 ENV API_KEY',
    ],
    [
      'ENV made of a build arg',
      'FROM scratch\nARG VALUE\nENV AUTH_TOKEN=$VALUE',
      { buildArgs: { VALUE } },
      'Dockerfile:3 ENV AUTH_TOKEN',
    ],
  ])('%s', async (_, Dockerfile, options, found) => {
    expect(await refused({ Dockerfile }, options)).toBe(found);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['RUN', `FROM scratch\nRUN curl \\\n  -H "a: ${TOKEN}" x`, {}, 'Dockerfile:2 RUN'],
    ['a heredoc of RUN', `FROM scratch\nRUN <<E\necho ${TOKEN}\nE`, {}, 'Dockerfile:2 RUN'],
    ['a heredoc of COPY', `FROM scratch\nCOPY <<E /a\n${TOKEN}\nE`, {}, 'Dockerfile:2 COPY'],
    ['LABEL', `FROM scratch\nLABEL a=${TOKEN}`, {}, 'Dockerfile:2 LABEL'],
    ['CMD', `FROM scratch\nCMD ["x", "${TOKEN}"]`, {}, 'Dockerfile:2 CMD'],
    ['the option labels', 'FROM scratch\nRUN x', { labels: { a: TOKEN } }, 'label a'],
    ['the option annotations', 'FROM scratch\nRUN x', { annotations: { a: TOKEN } }, 'annotation a'],
  ])('a token of a known form in %s', async (_, Dockerfile, options, found) => {
    expect(await refused({ Dockerfile }, options)).toBe(found);
    const name = found.replace(/^Dockerfile:(\d+) (\w+)$/, '$2:$1').replace(/^(label|annotation) /, '');
    expect(await refused({ Dockerfile }, { ...options, allowExposed: name })).toBeUndefined();
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ['ADD', `FROM scratch\nADD https://bot:${VALUE}@files.shop.test/a /a`, {}, 'Dockerfile:2 ADD'],
    ['RUN', `FROM scratch\nRUN git clone https://bot:${VALUE}@git.shop.test/a`, {}, 'Dockerfile:2 RUN'],
    [
      'a build arg',
      'FROM scratch\nARG FROM_URL\nRUN x',
      { buildArgs: { FROM_URL: `https://bot:${VALUE}@files.shop.test/a` } },
      'build arg FROM_URL',
    ],
    [
      'a build context',
      'FROM scratch\nCOPY --from=more / /',
      { buildContexts: { more: `https://bot:${VALUE}@git.shop.test/a.git` } },
      'build context more',
    ],
  ])('a URL with a password in %s', async (_, Dockerfile, options, found) => {
    expect(await refused({ Dockerfile }, options)).toBe(found);
  });

  it('and no text that only looks random', async () => {
    const checksum = 'a3f5'.repeat(16);
    const Dockerfile = `FROM scratch\nRUN echo "${checksum}  a.tgz" | sha256sum -c\nRUN --mount=type=secret,id=npm npm ci`;
    expect(await refused({ Dockerfile }, { labels: { checksum } })).toBeUndefined();
  });

  it('in a file that is copied', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY . /', '.npmrc': `//npm.test/:_authToken=${VALUE}` };
    expect(await refused(files)).toBe('Dockerfile:2 file .npmrc');
    expect(await refused({ ...files, '.npmrc': '//npm.test/:_authToken=${NPM_TOKEN}' })).toBeUndefined();
    expect(await refused({ ...files, Dockerfile: 'FROM scratch\nCOPY src /' })).toBeUndefined();
    const bind = 'FROM scratch\nRUN --mount=type=bind,source=.npmrc,target=/.npmrc x';
    expect(await refused({ ...files, Dockerfile: bind })).toBeUndefined();
  });

  it('unless it is allowed by name', async () => {
    const Dockerfile = `FROM scratch\nENV API_KEY=${VALUE}\nCOPY .env /`;
    const files = { Dockerfile, '.env': `DB_PASSWORD=${VALUE}` };
    expect(await refused(files, { allowExposed: 'API_KEY' })).toBe('Dockerfile:3 file .env');
    expect(await refused(files, { allowExposed: ['API_KEY', '.env'] })).toBeUndefined();
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['nothing consumes', 'FROM scratch\nRUN x', { buildArgs: { NPM_TOKEN: VALUE } }],
    ['a stage that is not built has', `FROM scratch AS other\nENV API_KEY=${VALUE}\nFROM scratch`, {}],
  ])('and not one that %s', async (_, Dockerfile, options) => {
    expect(await refused({ Dockerfile }, options)).toBeUndefined();
  });
});
