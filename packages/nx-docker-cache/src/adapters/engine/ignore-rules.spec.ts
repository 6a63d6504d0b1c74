import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withIgnoreRules } from './ignore-rules';

describe('withIgnoreRules', () => {
  let cwd: string;
  let folder: string;
  const argv = (): string[] => ['buildx', 'build', '--file', join(cwd, 'app/api.Dockerfile'), cwd];

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'ignore-rules-'));
    folder = join(cwd, 'temporary');
    mkdirSync(folder);
    mkdirSync(join(cwd, 'app'));
    writeFileSync(join(cwd, 'app/api.Dockerfile'), 'FROM scratch\n');
    writeFileSync(join(cwd, '.dockerignore'), 'node_modules\n!x');
  });
  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  it('has nothing to do without rules', async () => {
    const run = { argv: argv(), cwd, ignore: { file: '.dockerignore', added: [] } };
    expect(await withIgnoreRules(run, folder)).toBe(run.argv);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('puts a copy of the Dockerfile beside the rules of both', async () => {
    const run = { argv: argv(), cwd, ignore: { file: '.dockerignore', added: ['/.nx-docker-cache'] } };
    const copy = join(folder, 'api.Dockerfile');
    expect(await withIgnoreRules(run, folder)).toEqual(['buildx', 'build', '--file', copy, cwd]);
    expect(readFileSync(copy, 'utf8')).toBe('FROM scratch\n');
    expect(readFileSync(`${copy}.dockerignore`, 'utf8')).toBe('node_modules\n!x\n/.nx-docker-cache\n');
    expect(readFileSync(join(cwd, '.dockerignore'), 'utf8')).toBe('node_modules\n!x');
  });

  it('needs no ignore file', async () => {
    await withIgnoreRules({ argv: argv(), cwd, ignore: { file: undefined, added: ['/x'] } }, folder);
    expect(readFileSync(join(folder, 'api.Dockerfile.dockerignore'), 'utf8')).toBe('\n/x\n');
  });
});
