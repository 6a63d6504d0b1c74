/** Dockerfiles as real monorepos have them, each read as a whole. */
import { consumedArgs } from './consumed';
import { inferContext } from './context';
import { isIgnored, parseIgnore } from './ignore';
import { parseDockerfile, type ParseOptions } from './parse';
import { reachableStages } from './reach';
import { contextSources, externalImages } from './reads';
import { runsWorkspaceTool } from './workspace-tool';

function digest(text: string, target?: string, options?: ParseOptions) {
  const file = parseDockerfile(text, options);
  return {
    stages: reachableStages(file, target).map(({ index, name }) => name ?? String(index)),
    reads: contextSources(file, target).map(({ via, path, kind }) =>
      kind === 'unresolved' ? `?${path}` : `${via} ${path}`,
    ),
    images: externalImages(file, target).map(({ image, text: written }) => image ?? `?${written}`),
    args: consumedArgs(file, target),
    unresolved: file.unresolved.map(({ line, text: written }) => `${line}: ${written}`),
  };
}

test('turbo prune: everything is read, and only the root can be the context', () => {
  const text = `FROM node:20-alpine AS base
FROM base AS builder
RUN apk add --no-cache libc6-compat
WORKDIR /app
RUN npm install -g turbo@2
COPY . .
RUN turbo prune web --docker

FROM base AS installer
WORKDIR /app
COPY --from=builder /app/out/json/ .
RUN npm ci
COPY --from=builder /app/out/full/ .
ARG TURBO_TEAM
ENV TURBO_TEAM=$TURBO_TEAM
RUN --mount=type=secret,id=TURBO_TOKEN,env=TURBO_TOKEN npx turbo run build --filter=web...

FROM base AS runner
WORKDIR /app
RUN addgroup --system --gid 1001 nodejs
USER nodejs
COPY --from=installer --chown=nextjs:nodejs /app/apps/web/.next/standalone ./
CMD node apps/web/server.js`;
  expect(digest(text)).toEqual({
    stages: ['base', 'builder', 'installer', 'runner'],
    reads: ['COPY .'],
    images: ['node:20-alpine'],
    args: ['TURBO_TEAM'],
    unresolved: [],
  });
  const file = parseDockerfile(text);
  const question = { dockerfilePath: 'apps/web/Dockerfile', projectRoot: 'apps/web', exists: () => false };
  const sources = contextSources(file);
  expect(inferContext({ ...question, sources }).decided).toBe(false);
  expect(inferContext({ ...question, sources, workspaceTool: runsWorkspaceTool(file) }).context).toBe('.');
});

test('Nx: one Dockerfile for many projects, chosen by a build arg', () => {
  const text = `# syntax=docker/dockerfile:1
ARG NODE_VERSION=20
ARG REGISTRY
FROM \${REGISTRY:-docker.io}/library/node:\${NODE_VERSION%%.*}-slim@sha256:0123 as deps
WORKDIR /app
COPY --link package.json package-lock.json .npmrc* ./
COPY patches ./patches
RUN --mount=type=cache,target=/root/.npm \\
    --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true \\
    # keep the lockfile as it is
    npm ci --omit=dev

FROM gcr.io/distroless/nodejs20-debian12:nonroot
ARG APP
LABEL org.opencontainers.image.title="$APP"
COPY --link --from=deps /app/node_modules ./node_modules
COPY --link dist/apps/\${APP} ./
CMD ["main.js"]`;
  const without = digest(text);
  expect(without.images).toEqual([
    'docker/dockerfile:1',
    'docker.io/library/node:20-slim',
    'gcr.io/distroless/nodejs20-debian12:nonroot',
  ]);
  expect(without.reads).toEqual([
    'COPY package.json',
    'COPY package-lock.json',
    'COPY .npmrc*',
    'COPY patches',
    '?dist/apps/${APP}',
  ]);
  expect(without.args).toEqual(['APP', 'NODE_VERSION', 'REGISTRY']);
  expect(without.unresolved).toEqual(['17: dist/apps/${APP}']);

  const api = digest(text, undefined, { buildArgs: { APP: 'api', REGISTRY: 'mirror.example' } });
  expect(api.reads.at(-1)).toBe('COPY dist/apps/api');
  expect(api.images[1]).toBe('mirror.example/library/node:20-slim');
  expect(api.unresolved).toEqual([]);
});

test('bind mounts: the inputs of a RUN, for some targets only', () => {
  const text = `FROM --platform=$BUILDPLATFORM golang:1.22 AS build
ARG TARGETOS TARGETARCH
WORKDIR /src
RUN --mount=type=bind,source=go.mod,target=go.mod \\
    --mount=type=bind,source=go.sum,target=go.sum \\
    --mount=type=cache,target=/go/pkg/mod \\
    go mod download -x
RUN --mount=target=. \\
    --mount=type=cache,target=/go/pkg/mod \\
    GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /bin/server ./cmd/server
FROM build AS test
RUN --mount=target=. go test ./...
FROM scratch AS binary
COPY --from=build /bin/server /server-$TARGETARCH
FROM alpine:3.20
COPY --from=binary / /bin/
COPY --from=ghcr.io/acme/tini:1 /tini /sbin/tini
RUN --mount=from=build,source=/src,target=/debug,ro ls /debug`;
  expect(digest(text)).toMatchObject({
    stages: ['build', 'binary', '3'],
    reads: ['bind go.mod', 'bind go.sum', 'bind .'],
    images: ['golang:1.22', 'alpine:3.20', 'ghcr.io/acme/tini:1'],
    args: ['TARGETARCH', 'TARGETOS'],
    unresolved: [],
  });
  expect(digest(text, 'TEST').stages).toEqual(['build', 'test']);
});

test('heredocs, JSON forms, odd spellings and CRLF in one file', () => {
  const text = `# escape=\`
from node:20 As Builder
COPY ["package.json", "yarn.lock", "./"]
copy --chown=node:node \`
  # sources
  "libs/shared" \`
  ./libs/util/ /app/libs/
RUN <<-EOF
	set -e
	COPY is not an instruction here
	EOF
COPY <<nginx.conf <<"robots.txt" /etc/
server {}
nginx.conf
Disallow: $ALL
robots.txt
ONBUILD COPY src ./src
FROM builder
ADD --checksum=sha256:aa https://example.org/tool.tgz /opt/
ADD https://github.com/acme/themes.git#v1 /themes
`.replaceAll('\n', '\r\n');
  expect(digest(text)).toMatchObject({
    stages: ['builder', '1'],
    reads: ['COPY package.json', 'COPY yarn.lock', 'COPY libs/shared', 'COPY libs/util', 'COPY src'],
    images: ['node:20'],
    unresolved: [],
  });
});

test('a base that another target builds is an image like any other', () => {
  expect(digest('ARG TAG=local\nFROM acme/base:$TAG\nCOPY . .').images).toEqual(['acme/base:local']);
  expect(
    digest('FROM acme/base', undefined, { buildContexts: { 'acme/base': 'target:base' } }).images,
  ).toEqual([]);
});

test('.dockerignore is not .gitignore', () => {
  const rules = parseIgnore(`# dependencies
node_modules
**/dist # not a comment
.git
Dockerfile
*.md
!README.md
`);
  const ignored = (path: string) => isIgnored(rules, path);
  expect(['node_modules/a', '.git/config', 'Dockerfile', 'CHANGES.md'].every(ignored)).toBe(true);
  expect(['apps/web/node_modules/a', 'apps/web/dist/a.js', 'README.md', 'docs/a.md'].some(ignored)).toBe(
    false,
  );
});
