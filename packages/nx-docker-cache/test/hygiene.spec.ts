import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const PUBLIC_HOSTS = /(^|\.)(npmjs\.org|yarnpkg\.com|debian\.org|ubuntu\.com)$/;

interface Line {
  readonly where: string;
  readonly text: string;
}

/** Every line of every text file that is, or is about to be, in the repository. */
function readLines(): Line[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)));
  return files
    .filter((file) => statSync(join(ROOT, file)).isFile())
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))
    .flatMap(({ file, text }) =>
      text.split('\n').map((line, index) => ({ where: `${file}:${index + 1}`, text: line })),
    );
}

/** Hosts that this machine installs packages from, where they are not the public ones. */
function mirrorHosts(): string[] {
  const settings = [
    join(homedir(), '.npmrc'),
    '/etc/npmrc',
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d/debian.sources',
  ];
  const texts = settings.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  const environment = ['npm_config_registry', 'NPM_CONFIG_REGISTRY'].map((name) => process.env[name] ?? '');
  const hosts = [...texts, ...environment].flatMap((text) =>
    [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map((match) => match[1]!),
  );
  return [...new Set(hosts)].filter((host) => !PUBLIC_HOSTS.test(host));
}

describe('the repository', () => {
  const lines = readLines();
  const found = (pattern: RegExp, files = /./): string[] =>
    lines
      .filter(({ where, text }) => files.test(where) && pattern.test(text))
      .map(({ where, text }) => `${where}  ${text.trim().slice(0, 120)}`);

  it('is read', () => {
    expect(lines.length).toBeGreaterThan(1000);
  });

  it('names no path of the machine that it is worked on', () => {
    const ours = [ROOT, dirname(ROOT)]
      .filter((path) => path.split('/').length > 2)
      .map((path) => path.replace(/[^\w/]/g, '\\$&'));
    // A folder of a user, other than the ones that images have: `/root/.npm`, `/home/node`.
    const folders = [...ours, '/home/(?!node\\b|user\\b)\\w', '/root/(?!\\.)\\w', '/work/\\w', '/Users/\\w'];
    expect(found(new RegExp(`(?<![\\w.@}~*-])(${folders.join('|')})`))).toEqual([]);
  });

  it('names no package mirror', () => {
    const hosts = mirrorHosts();
    expect(
      lines.filter(({ text }) => hosts.some((host) => text.includes(host))).map(({ where }) => where),
    ).toEqual([]);
  });

  it('has lockfiles without download addresses', () => {
    const lockfiles = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock):/;
    expect(found(/resolved"?:? "https?:|tarball: https?:|https?:\/\/\S+\.tgz/, lockfiles)).toEqual([]);
    expect(lines.some(({ where }) => lockfiles.test(where))).toBe(true);
  });

  it('leaves no work behind in comments', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'];
    expect(found(new RegExp(`\\b(${words.join('|')})\\b`), /^(?!.*package-lock\.json)/)).toEqual([]);
  });

  it('runs every test', () => {
    const focused = new RegExp('\\b(it|test|describe)(\\.\\w+)*\\.on' + 'ly\\b|\\bf(it|describe)\\(');
    expect(found(focused, /\.(spec|test|contract)\.[cm]?[jt]s:|\/test\//)).toEqual([]);
  });

  it('has one licence', () => {
    const [root, packed] = ['LICENSE', 'packages/nx-docker-cache/LICENSE'].map((file) =>
      readFileSync(join(ROOT, file), 'utf8'),
    );
    expect(packed).toBe(root);
  });
});
