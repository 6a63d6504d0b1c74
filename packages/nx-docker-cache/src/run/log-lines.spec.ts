import { tellingLines } from './log-lines';

/** npm 10.8.2 in a folder whose lockfile is of another package.json, shortened. */
const OUT_OF_SYNC = `> building
npm error code EUSAGE
npm error
npm error \`npm ci\` can only install packages when your package.json and package-lock.json are in sync.
npm error
npm error Invalid: lock file's ms@2.1.3 does not satisfy ms@2.1.2
npm error Missing: semver@7.0.0 from lock file
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
npm error
npm error Options:
${'npm error   --omit\nnpm error     Dependency types to omit from the installation tree on disk.\n'.repeat(40)}npm error
npm error Run "npm help ci" for more info
npm notice
npm notice New major version of npm available! 10.8.2 -> 11.0.0
npm notice
npm error A complete log of this run can be found in: /root/.npm/_logs/2026-01-01T00_00_00_000Z-debug-0.log`;

const TELLING = `> building
npm error code EUSAGE
npm error \`npm ci\` can only install packages when your package.json and package-lock.json are in sync.
npm error Invalid: lock file's ms@2.1.3 does not satisfy ms@2.1.2
npm error Missing: semver@7.0.0 from lock file
npm error Clean install a project`;

describe('the lines of a failed step that tell why', () => {
  it("are not npm's manual, in the words of old and new versions", () => {
    expect(tellingLines(OUT_OF_SYNC.split('\n')).join('\n')).toBe(TELLING);
    const old = OUT_OF_SYNC.replaceAll('npm error', 'npm ERR!').split('\n');
    expect(tellingLines(old).join('\n')).toBe(TELLING.replaceAll('npm error', 'npm ERR!'));
  });

  it('are those behind the manual too, where a command goes on', () => {
    expect(tellingLines([...OUT_OF_SYNC.split('\n'), 'then this']).at(-1)).toBe('then this');
  });

  it('are the last ones, without empty ones, of any other program', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `Usage: ${index}`);
    expect(tellingLines(['first', ...lines, '', '  '])).toEqual(lines.slice(-25));
  });
});
