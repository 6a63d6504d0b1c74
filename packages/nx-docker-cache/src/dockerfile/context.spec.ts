import { inferContext, type ContextHint } from './context';
import { parseDockerfile } from './parse';
import { contextSources } from './reads';
import type { SiblingContext } from './siblings';
import { runsWorkspaceTool } from './workspace-tool';

const WORKSPACE = [
  ...['package.json', 'pnpm-lock.yaml', 'tsconfig.base.json', 'nx.json', 'dist', 'bin/setup', 'patches'],
  ...[
    'apps/web/package.json',
    'apps/web/src/main.ts',
    'apps/web/Dockerfile',
    'apps/web/nginx.conf',
    'apps/web/.env',
  ],
  ...[
    'apps/api/package.json',
    'apps/api/src/main.ts',
    'libs/ui/src/index.ts',
    'docker/entrypoint.sh',
    'docker/web.Dockerfile',
  ],
];
const exists = (path: string): boolean =>
  path === '.' || WORKSPACE.some((file) => file === path || file.startsWith(`${path}/`));

function infer(
  body: string,
  dockerfilePath = 'apps/web/Dockerfile',
  projectRoot = 'apps/web',
  hints: readonly ContextHint[] = [],
  siblings: readonly SiblingContext[] = [],
) {
  const dockerfile = parseDockerfile(`FROM node\n${body}\n`);
  const question = { dockerfilePath, projectRoot, exists, sources: contextSources(dockerfile) };
  return inferContext({ ...question, hints, siblings, workspaceTool: runsWorkspaceTool(dockerfile) });
}

describe('inferContext', () => {
  test.each<[string, string, string, boolean]>([
    ['the lockfile of the root', 'COPY package.json pnpm-lock.yaml ./\nCOPY apps/web apps/web', '.', true],
    ['folders of the workspace', 'COPY libs libs\nCOPY apps/web apps/web', '.', true],
    ['bind mounts vote', 'RUN --mount=source=pnpm-lock.yaml,target=l x', '.', true],
    ['files of the project', 'COPY src ./src\nCOPY nginx.conf /etc/nginx/', 'apps/web', true],
    ['a tie', 'COPY package.json ./\nCOPY . .', 'apps/web', true],
    ['more in the root than in the project', 'COPY package.json ./\nCOPY tsconfig.base.json ./', '.', true],
    ['a wildcard before the extension', 'COPY package*.json pnpm-lock*.yaml ./', '.', true],
    ['folders before a wildcard', 'COPY apps/*/package.json ./', '.', true],
    ['outputs that mirror the project', 'COPY dist/apps/web ./', '.', true],
    ['outputs that mirror another project', 'COPY dist/apps/api/main.js ./', '.', true],
    ['outputs of the project', 'COPY dist ./', 'apps/web', true],
    ['a file in the outputs of the project', 'COPY dist/main.js ./', 'apps/web', true],
    ['outputs below the project', 'COPY apps/web/.next/standalone ./', '.', true],
    ['outputs without a place of their own', 'COPY .next/standalone ./', 'apps/web', true],
    ['outputs that are sources here', 'COPY bin ./', '.', true],
    ['outputs that nothing has yet', 'COPY build ./', 'apps/web', true],
    ['everything tells nothing', 'COPY . .', 'apps/web', false],
    ['what nothing has tells nothing', 'COPY generated ./', 'apps/web', false],
    ['what is unresolved tells nothing', 'COPY apps/$APP ./', 'apps/web', false],
    ['other stages and images tell nothing', 'COPY --from=x libs ./', 'apps/web', false],
    ['URLs and heredocs tell nothing', 'ADD https://x/libs /\nCOPY <<libs /\nlibs', 'apps/web', false],
    ['turbo prune', 'COPY . .\nRUN turbo prune web --docker', '.', true],
    ['turbo prune against the sources', 'COPY src src\nRUN turbo prune web --docker', 'apps/web', true],
  ])('%s', (_, body, context, decided) => {
    expect(infer(body)).toMatchObject({ context, decided });
  });

  test("a Dockerfile in a folder of its own: that folder is asked too, after the project's and the root", () => {
    const ask = (body: string) => infer(body, 'docker/web.Dockerfile').context;
    expect(ask('COPY entrypoint.sh /')).toBe('docker');
    expect(ask('COPY docker/entrypoint.sh /')).toBe('.');
    expect(ask('COPY nginx.conf /')).toBe('apps/web');
    expect(ask('COPY . .')).toBe('apps/web');
  });

  test('a project in the root needs no votes', () => {
    expect(infer('COPY . .', 'Dockerfile', '.')).toEqual({
      ...{ indirect: false, open: false, silent: false, heard: [] },
      context: '.',
      decided: true,
      reason: 'the project is the workspace root',
    });
  });

  test('the reason counts', () => {
    expect(infer('COPY package.json pnpm-lock.yaml generated ./').reason).toBe(
      '2 of 2 telling sources exist in the workspace root',
    );
    expect(infer('COPY package.json ./').reason).toBe(
      "1 of 1 telling sources exist in the project's folder, as many as elsewhere",
    );
    expect(infer('COPY . .').reason).toBe("no source tells the context; the project's folder is a guess");
  });

  describe('hears what other files say', () => {
    const said = (...contexts: readonly string[]): ContextHint[] =>
      contexts.map((context, index) => ({ context, reason: `file ${index}`, file: `file ${index}` }));
    const hear = (body: string, ...contexts: readonly string[]) =>
      infer(body, undefined, undefined, said(...contexts));

    it.each<[string, string, readonly string[], string, boolean, string]>([
      ['where no source tells', 'COPY . .', ['.', '.'], '.', true, 'file 0 says so'],
      ['of any folder', 'RUN x', ['docker'], 'docker', true, 'file 0 says so'],
      ['in a tie', 'COPY package.json ./', ['.'], '.', true, 'file 0 says so'],
      [
        'but not of a folder that lost',
        'COPY package.json ./',
        ['docker'],
        'apps/web',
        true,
        'as many as elsewhere',
      ],
      ['but not against the sources', 'COPY libs libs', ['apps/web'], '.', true, 'telling sources'],
      [
        'and says where they disagree',
        'COPY . .',
        ['.', 'docker'],
        'apps/web',
        false,
        'file 0 says ., file 1 says docker',
      ],
    ])('%s', (_, body, contexts, context, decided, reason) => {
      expect(hear(body, ...contexts)).toMatchObject({
        context,
        decided,
        reason: expect.stringContaining(reason),
      });
    });

    it('and tells whether it would', () => {
      expect(['COPY . .', 'COPY package.json ./', 'COPY libs libs'].map((body) => infer(body).open)).toEqual([
        true,
        true,
        false,
      ]);
    });
  });

  describe('follows its siblings', () => {
    const used = (...contexts: readonly (string | undefined)[]): SiblingContext[] =>
      contexts.map((here, index) => ({ dockerfilePath: `d${index}`, context: here ?? 'far', here }));
    const follow = (body: string, siblings: readonly SiblingContext[], ...said: readonly string[]) => {
      const hints = said.map((context, index) => ({
        context,
        reason: `file ${index}`,
        file: `file ${index}`,
      }));
      return infer(body, undefined, undefined, hints, siblings);
    };

    it('where nothing else tells anything', () => {
      expect(follow('COPY . .', used('.', '.'))).toMatchObject({
        ...{ context: '.', decided: true, indirect: true, reason: 'as d0, d1', heard: ['d0', 'd1'] },
      });
      expect(follow('COPY apps/$APP ./', used('docker'))).toMatchObject({ context: 'docker', decided: true });
    });

    it.each<[string, string, readonly string[], string]>([
      ['against sources', 'COPY src src', [], 'apps/web'],
      ['in a tie', 'COPY package.json ./', [], 'apps/web'],
      ['against a hint', 'COPY . .', ['apps/web'], 'apps/web'],
      ['against hints that disagree', 'COPY . .', ['docker', 'apps/web'], 'apps/web'],
    ])('and never %s', (_, body, hints, context) => {
      const answer = follow(body, used('.'), ...hints);
      expect(answer).toMatchObject({ context, silent: false });
      expect(answer.reason).not.toContain('d0');
    });

    it('and says where they disagree', () => {
      expect(follow('COPY . .', used('.', '.', 'apps/web'))).toMatchObject({
        ...{ context: 'apps/web', decided: false },
        heard: ['d0', 'd1', 'd2'],
        reason: "no source tells the context (d1 uses ., d2 uses apps/web); the project's folder is a guess",
      });
      expect(follow('COPY . .', used(undefined)).reason).toContain('(d0 uses far)');
    });

    it('and tells whether it would', () => {
      const silent = ['COPY . .', 'RUN x', 'COPY package.json ./', 'COPY libs libs'];
      expect(silent.map((body) => infer(body).silent)).toEqual([true, false, false, false]);
    });
  });
});
