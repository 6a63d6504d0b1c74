import { posix } from 'node:path';
import { asFolder, copyLine, join } from './paths';
import type { ProjectFacts } from './project-facts';
import { command, comment, exposed, fileText, type Recipe } from './recipe';

export interface OtherQuestion {
  readonly facts: ProjectFacts;
  readonly baseImage: string | undefined;
  readonly port: number | undefined;
}

/** A user that owns nothing, in images that know no names. */
const NOBODY = 'USER 65534:65534';

/** Recipes of projects that are not JavaScript; undefined where the project is of another kind. */
export type OtherRecipe = (question: OtherQuestion) => Recipe | undefined;

export const goRecipe: OtherRecipe = ({ facts: { tree, name, root }, baseImage, port }) => {
  const context = [root, '.'].find((folder) => tree.exists(join(folder, 'go.mod')));
  if (context === undefined || !tree.children(root).some((file) => file.endsWith('.go'))) return undefined;
  const version = /^go (\d+\.\d+)/m.exec(tree.read(join(context, 'go.mod'), 'utf8') ?? '')?.[1] ?? '1';
  const modules = ['go.mod', 'go.sum'].filter((file) => tree.exists(join(context, file)));
  const main = context === root ? '.' : `./${root}`;
  return {
    dockerfile: fileText(
      comment(`The image of ${name}: built with Go, run as one file with nothing around it.`),
      [
        `FROM golang:${version} AS builder`,
        'WORKDIR /src',
        copyLine('', modules, './'),
        'RUN --mount=type=cache,target=/go/pkg/mod go mod download',
        copyLine('', ['.'], './'),
        'RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \\',
        `    CGO_ENABLED=0 go build -trimpath -o /out/app ${main}`,
      ],
      [
        `FROM ${baseImage ?? 'scratch'}`,
        ...comment('For calls to https addresses.'),
        'COPY --link --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
        'COPY --link --from=builder /out/app /app',
        ...[NOBODY, exposed(port), command('/app')],
      ],
    ),
    ignore: denyList(['**/*_test.go']),
    ...{ context, secrets: [], outputs: [] },
  };
};

export const pythonRecipe: OtherRecipe = ({ facts: { tree, name, root }, baseImage, port }) => {
  const mains = ['main.py', 'app.py', 'src/main.py', 'src/app.py', '__main__.py'];
  const main = mains.find((file) => tree.exists(join(root, file)));
  const requirements = tree.exists(join(root, 'requirements.txt'));
  if (main === undefined) return undefined;
  return {
    dockerfile: fileText(comment(`The image of ${name}, a Python program.`), [
      `FROM ${baseImage ?? 'python:3-slim'}`,
      'ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1',
      'WORKDIR /app',
      ...(requirements
        ? [
            ...comment('Installed again only where requirements.txt changes.'),
            copyLine('', ['requirements.txt'], './'),
            'RUN --mount=type=cache,target=/root/.cache/pip pip install --requirement requirements.txt',
          ]
        : []),
      copyLine('--link', ['.'], './'),
      ...[NOBODY, exposed(port), command('python', main)],
    ]),
    ignore: denyList(['**/__pycache__', '**/.venv', '**/tests']),
    ...{ context: root, secrets: [], outputs: [] },
  };
};

const WEB_SERVER = 'nginxinc/nginx-unprivileged:1-alpine';

/** A folder of files behind a web server. */
export const siteRecipe: OtherRecipe = ({ facts: { tree, name, root, manifest }, baseImage, port }) => {
  const folder = ['.', 'public', 'site', 'src'].find((one) => tree.exists(join(root, one, 'index.html')));
  if (folder === undefined || manifest !== undefined) return undefined;
  return site(name, root, folder, baseImage, port, []);
};

/** What a build of a web page wrote, behind a web server. `built` is relative to the workspace root. */
export function builtSiteRecipe({ facts, baseImage, port }: OtherQuestion, built: string): Recipe {
  return site(facts.name, '.', built, baseImage, port, [built]);
}

function site(
  name: string,
  context: string,
  folder: string,
  baseImage: string | undefined,
  port: number | undefined,
  outputs: readonly string[],
): Recipe {
  return {
    dockerfile: fileText(comment(`The image of ${name}: its pages behind a web server that is not root.`), [
      `FROM ${baseImage ?? WEB_SERVER}`,
      copyLine('--link', [folder], asFolder('/usr/share/nginx/html')),
      exposed(port ?? (baseImage === undefined ? 8080 : undefined)),
    ]),
    ignore: folder === '.' ? denyList([]) : fileText(['**', `!${folder}`]),
    ...{ context, secrets: [], outputs },
  };
}

/** Anything, where the user names the image that runs it. */
export const genericRecipe: OtherRecipe = ({ facts: { tree, name, root }, baseImage, port }) => {
  if (baseImage === undefined) return undefined;
  const script = tree.children(root).find((file) => posix.extname(file) === '.sh');
  return {
    dockerfile: fileText(comment(`The image of ${name}.`), [
      `FROM ${baseImage}`,
      'WORKDIR /app',
      copyLine('--link', ['.'], './'),
      ...[NOBODY, exposed(port)],
      ...(script === undefined ? comment('What starts the program: CMD ["program", "argument"]') : []),
      script === undefined ? undefined : command('sh', script),
    ]),
    ignore: denyList([]),
    ...{ context: root, secrets: [], outputs: [] },
  };
};

function denyList(more: readonly string[]): string {
  return fileText(comment('What the image does not need; each of these would invalidate steps.'), [
    ...['**/.git', '**/node_modules', '**/dist', '**/Dockerfile*', '**/*.md', 'project.json'],
    ...more,
  ]);
}
