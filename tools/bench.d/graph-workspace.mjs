/** The workspace of `--only graph`: many projects, each with a Dockerfile, in the shapes that people have. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Libraries beside the projects, without Dockerfiles. */
const LIBRARIES = 20;

const number = (index) => String(index).padStart(3, '0');

/** Four shapes in turns. Every Dockerfile differs from the others, as they do in a workspace that has grown. */
const SHAPES = [
  {
    // The project's folder is the context.
    root: (id) => `services/s${id}`,
    files: (root, id) => ({
      Dockerfile: `FROM node:20-slim AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY src ./src
RUN npm run build
FROM node:20-slim
ENV SERVICE=s${id}
WORKDIR /app
COPY --from=build /app/dist ./dist
CMD ["node", "dist/main.js"]
`,
      '.dockerignore': 'node_modules\n**/*.spec.ts\n',
      'package.json': json({ name: `s${id}`, private: true }),
      'src/main.ts': `export const service = 's${id}';\n`,
      'src/main.spec.ts': '',
    }),
  },
  {
    // The workspace is the context; libraries are copied by name.
    root: (id) => `apps/a${id}`,
    files: (root, id, { libraries }) => ({
      Dockerfile: `# syntax=docker/dockerfile:1
FROM node:20-slim AS builder
ARG APP=a${id}
WORKDIR /workspace
COPY package.json package-lock.json nx.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY ${root} ${root}
${libraries.map((library) => `COPY ${library} ${library}`).join('\n')}
RUN npx nx build $APP
FROM node:20-slim
COPY --from=builder /workspace/dist/${root} /app
COPY --link ${root}/start.sh /start.sh
CMD ["sh", "/start.sh"]
`,
      'start.sh': 'exec node /app/main.js\n',
      'src/main.ts': `export const app = 'a${id}';\n`,
      'src/health.ts': '',
    }),
  },
  {
    // Built outside by Nx, on the image of another project.
    root: (id) => `apps/b${id}`,
    files: (root, id, { base }) => ({
      Dockerfile: `FROM ${base}:dev
ENV NAME=b${id}
COPY --chown=node:node ${root}/config /etc/app
COPY dist/${root} /app
CMD ["node", "/app/main.js"]
`,
      'config/app.json': '{}\n',
      'src/main.ts': `export const app = 'b${id}';\n`,
      'src/routes.ts': '',
    }),
    targets: (root) => ({
      build: { command: 'true', outputs: [`{workspaceRoot}/dist/${root}`], cache: true },
    }),
  },
  {
    // No JavaScript.
    root: (id) => `tools/g${id}`,
    files: (root, id) => ({
      Dockerfile: `FROM golang:1.23 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd ./cmd
COPY internal ./internal
RUN CGO_ENABLED=0 go build -o /out/g${id} ./cmd
FROM gcr.io/distroless/static-debian12
COPY --from=build /out/g${id} /tool
ENTRYPOINT ["/tool"]
`,
      'go.mod': `module example.com/g${id}\n`,
      'go.sum': '',
      'cmd/main.go': 'package main\n',
      'internal/a.go': 'package internal\n',
    }),
  },
];

/**
 * Writes the workspace into an empty folder.
 * @param {{projects: number, plugins: unknown[]}} options plugins: those of nx.json
 * @returns the Dockerfiles, relative to the folder
 */
export async function writeGraphWorkspace(folder, { projects, plugins }) {
  const files = new Map([
    ['package.json', json({ name: 'workspace', private: true, workspaces: ['services/*'] })],
    ['package-lock.json', json({ name: 'workspace', lockfileVersion: 3, packages: {} })],
    ['nx.json', json({ plugins, namedInputs: { production: ['default'] } })],
    ['.gitignore', 'node_modules\ndist\n.nx\n'],
    ['.dockerignore', 'node_modules\n.git\n.nx\n'],
  ]);
  for (let index = 0; index < LIBRARIES; index++) {
    const root = `libs/l${number(index)}`;
    files.set(`${root}/project.json`, json({ name: `l${number(index)}` }));
    files.set(`${root}/src/index.ts`, 'export {};\n');
  }
  for (let index = 0; index < projects; index++) addProject(files, index);
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return [...files.keys()].filter((path) => path.endsWith('/Dockerfile'));
}

function addProject(files, index) {
  const shape = SHAPES[index % SHAPES.length];
  const id = number(index);
  const root = shape.root(id);
  const around = {
    libraries: [0, 7].map((step) => `libs/l${number((index + step) % LIBRARIES)}`),
    // A project with a context of its own, of the first ones, so that many images stand on few.
    base: `s${number(((index >> 2) % 5) * SHAPES.length)}`,
  };
  const targets = shape.targets?.(root);
  files.set(`${root}/project.json`, json({ name: root.split('/')[1], ...(targets && { targets }) }));
  for (const [name, text] of Object.entries(shape.files(root, id, around)))
    files.set(`${root}/${name}`, text);
}

function json(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
