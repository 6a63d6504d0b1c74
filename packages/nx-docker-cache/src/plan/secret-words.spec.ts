import { holdsSecret, isSecret, SECRET_FILES } from './secret-words';

/** Made of parts, so that no scanner takes this file for a leak. */
const token = (prefix: string, length: number): string => prefix + 'a1B2'.repeat(20).slice(0, length);

describe('a variable is a secret', () => {
  it.each([
    ['ANYTHING', token('ghp_', 36)],
    ['URL', `https://x:${token('glpat-', 20)}@gitlab.test`],
    ['A', token('npm_', 36)],
    ['A', `AKIA${'A1B2'.repeat(4)}`],
    ['KEY', '-----BEGIN RSA PRIVATE KEY-----\nabc'],
    ['NPM_TOKEN', 'hunter2hunter2'],
    ['DB_PASSWORD', 'correct-horse'],
    ['apiKey_API_KEY', '0a1b2c3d4e5f'],
    ['AWS_SECRET_ACCESS_KEY', 'abcdefgh12345678'],
    ['PGPASSWORD', 'correct-horse'],
    ['MYSQL_PWD', 'correct-horse'],
    ['GITHUB_PAT', 'hunter2hunter2'],
    ['NPMTOKEN', 'hunter2hunter2'],
    ['DATABASE_URL', 'postgres://app:correct-horse@db.shop.test/app'],
  ])('%s', (name, value) => {
    expect(isSecret(name, value)).toBe(true);
  });

  it.each([
    ['NODE_ENV', 'production'],
    ['NPM_TOKEN', ''],
    ['NPM_TOKEN', '$NPM_TOKEN'],
    ['NPM_TOKEN', '${NPM_TOKEN}'],
    ['PASSWORD_FILE', '/run/secrets/password'],
    ['SECRET_PATH', 'secret/data/api'],
    ['TOKEN', '/run/token'],
    ['AUTH', 'disabled'],
    ['TOKEN_TTL', '86400000'],
    ['SECRET_KEY_BASE_DUMMY', '1'],
    ['NEXT_PUBLIC_API_KEY', 'abcdefgh1234'],
    ['VITE_MAPS_API_KEY', 'abcdefgh1234'],
    ['API_KEY', 'changeme-please'],
    ['TOKENIZERS_PARALLELISM', 'some-long-value'],
    ['AUTHOR', 'somebody-with-a-name'],
    ['KEYBOARD', 'qwertyuiop'],
    ['PWD', 'workspace'],
    ['OLDPWD', '/srv/somebody'],
    ['BUILD_PWD', '/srv/somebody'],
    ['INIT_CWD', 'some-long-value'],
    ['PATTERN', 'some-long-value'],
    ['FILE_PATTERN', 'some-long-value'],
    ['PGPASSFILE', 'some-long-value'],
    ['NPMTOKEN_FILE', 'some-long-value'],
    ['DATABASE_URL', 'postgresql://user:password@localhost:5432/app'],
    ['HTTPS_PROXY', 'http://proxy.shop.test:3128'],
    ['SHA', '0123456789abcdef0123456789abcdef01234567'],
  ])('and is none: %s', (name, value) => {
    expect(isSecret(name, value)).toBe(false);
  });
});

describe('a file', () => {
  it.each(['.npmrc', 'a/.env', '.env.production', 'id_rsa', 'tls/server.pem', '.docker/config.json'])(
    'called %s is looked into',
    (path) => expect(SECRET_FILES.test(path)).toBe(true),
  );

  it.each(['npmrc', 'env', 'environment.ts', 'key.ts', 'keys/index.js', 'a.envrc.md'])(
    'called %s is not',
    (path) => expect(SECRET_FILES.test(path)).toBe(false),
  );

  it.each<[string, string, boolean]>([
    ['.npmrc', `//npm.test/:_authToken=${token('npm_', 36)}`, true],
    ['.npmrc', '//npm.test/:_authToken=0a1b2c3d-4e5f', true],
    ['.npmrc', '//npm.test/:_authToken=${NPM_TOKEN}', false],
    ['.npmrc', 'save-exact=true\nengine-strict=true', false],
    ['.env', 'PORT=3000\nexport DB_PASSWORD="correct-horse"', true],
    ['.env', 'PORT=3000\nDB_PASSWORD=\n# TOKEN=abcdefghij', false],
    ['.env.example', 'DB_PASSWORD=changeme', false],
    ['tls/server.key', '-----BEGIN PRIVATE KEY-----\nMII', true],
    ['tls/ca.pem', '-----BEGIN CERTIFICATE-----\nMII', false],
    ['.docker/config.json', '{"auths":{"a":{"auth":"dXNlcjpwYXNz"}}}', true],
    ['.docker/config.json', '{"auths":{"a":{}}}', false],
    ['.netrc', 'machine a login b password c', true],
    ['.git-credentials', 'https://user:password@git.test', true],
    ['.yarnrc.yml', 'npmAuthToken: "0a1b2c3d4e5f"', true],
    ['.yarnrc.yml', 'npmAuthToken: "${NPM_TOKEN}"\nnodeLinker: node-modules', false],
  ])('%s with %j: %s', (path, text, expected) => {
    expect(holdsSecret(path, text)).toBe(expected);
  });
});
