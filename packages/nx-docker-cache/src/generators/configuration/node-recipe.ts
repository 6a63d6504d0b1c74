import type { BuildOutput } from './build-output';
import { record, text } from './json';
import { installationOf, runWithCaches, type Installation } from './node-install';
import { asFolder, copyLine, isInside, join } from './paths';
import type { ProjectFacts } from './project-facts';
import { command, comment, exposed, fileText, type Recipe } from './recipe';

export interface NodeImages {
  /** For builds, with compilers. */
  readonly full: string;
  /** For what runs. */
  readonly slim: string;
}

export interface NodeQuestion {
  readonly facts: ProjectFacts;
  readonly images: NodeImages;
  readonly port: number | undefined;
}

/** Nx builds outside; the image gets the packages, and what was built as layers of its own. */
export function linkRecipe({ facts, images, port }: NodeQuestion, output: BuildOutput): Recipe {
  const installation = output.hasManifest ? prunedInstallation(facts, output) : installationOf(facts);
  const built = [output.folder, ...runtimeFolders(facts)];
  const { manager, runtimeManifests, runtimeFiles } = installation;
  const sent = [...manager.files, ...runtimeManifests, ...runtimeFiles, ...built];
  return {
    dockerfile: fileText(
      comment(
        `The image of ${facts.name}. Nx builds ${output.folder} outside Docker and before this: nx run ${facts.name}:build.`,
        'Here its packages are installed, and what was built is put beside them. `COPY --link` makes that a layer of',
        'its own: where only the code changed, an agent that has nothing pulls nothing.',
        'The context is the workspace root, of which Dockerfile.dockerignore lets through what is copied here.',
      ),
      ...dependencies(images, installation),
      prod(
        installation.production.length > 0 ? 'deps' : images.slim,
        built.map((folder) => copyLine('--link', [folder], asFolder(folder))),
        output.main,
        port,
      ),
    ),
    ignore: allowList(installation.production.length > 0 ? sent : built, ['**/*.d.ts', '**/*.tsbuildinfo']),
    context: '.',
    secrets: secretsOf(installation),
    outputs: [output.folder],
  };
}

/** Everything is built inside Docker: slower where the source changed, and independent of what is installed outside. */
export function twoStageRecipe({ facts, images, port }: NodeQuestion, output: BuildOutput): Recipe {
  const installation = installationOf(facts);
  const { manager } = installation;
  const built = [output.folder, ...runtimeFolders(facts)];
  const sources = facts.root === '.' ? ['*', '*/**'] : [facts.root, ...facts.neededFolders];
  return {
    dockerfile: fileText(
      comment(
        `The image of ${facts.name}. Everything is built inside Docker: it needs nothing but the repository.`,
        'The context is the workspace root, of which Dockerfile.dockerignore lets through what the build needs.',
      ),
      [
        ...comment(
          'All packages, then the build. The packages are installed again only where a manifest changes.',
        ),
        `FROM ${images.full} AS builder`,
        'WORKDIR /app',
        ...installation.everything,
        copyLine('', ['.'], './'),
        'ENV NX_DAEMON=false',
        `RUN ${buildCommand(facts)}`,
      ],
      ...dependencies(images, installation),
      prod(
        installation.production.length > 0 ? 'deps' : images.slim,
        built.map((folder) => copyLine('--link --from=builder', [`/app/${folder}`], asFolder(folder))),
        output.main,
        port,
      ),
    ),
    ignore: allowList(
      [
        ...manager.files,
        ...installation.buildManifests,
        ...installation.buildFiles,
        '*.json',
        '*.config.*',
        '.swcrc',
        ...sources,
      ],
      ['**/node_modules', '**/dist', '**/.nx', '**/*.tsbuildinfo', '**/*.md', '**/Dockerfile*'],
    ),
    context: '.',
    secrets: secretsOf(installation),
    outputs: [],
  };
}

/** A program that runs as it is written: the image gets its folder. */
export function plainRecipe({ facts, images, port }: NodeQuestion, main: string): Recipe {
  const installation = installationOf(facts);
  const folders = [facts.root, ...facts.runtimePackages.map(({ root }) => root)];
  return {
    dockerfile: fileText(
      comment(
        `The image of ${facts.name}, which runs as it is written.`,
        'The context is the workspace root, of which Dockerfile.dockerignore lets through what is copied here.',
      ),
      ...dependencies(images, installation),
      prod(
        installation.production.length > 0 ? 'deps' : images.slim,
        folders.map((folder) => copyLine('--link', [folder], asFolder(folder))),
        main,
        port,
      ),
    ),
    ignore: allowList(
      [
        ...(installation.production.length > 0
          ? [...installation.manager.files, ...installation.runtimeFiles]
          : []),
        ...folders,
      ],
      ['**/node_modules', '**/*.spec.*', '**/*.test.*', '**/*.md', '**/Dockerfile*'],
    ),
    context: '.',
    secrets: secretsOf(installation),
    outputs: [],
  };
}

function dependencies({ slim }: NodeImages, { production }: Installation): string[][] {
  if (production.length === 0) return [];
  return [
    [
      ...comment('What production needs. Installed again only where a package.json or the lockfile changes.'),
      `FROM ${slim} AS deps`,
      'WORKDIR /app',
      ...production,
    ],
  ];
}

function prod(
  base: string,
  copies: readonly string[],
  main: string,
  port: number | undefined,
): (string | undefined)[] {
  return [
    `FROM ${base} AS prod`,
    'ENV NODE_ENV=production',
    base === 'deps' ? undefined : 'WORKDIR /app',
    ...copies,
    'USER node',
    exposed(port),
    command('node', main),
  ];
}

/** The build has written a package.json and a lockfile of its own. */
function prunedInstallation(facts: ProjectFacts, { folder }: BuildOutput): Installation {
  const { manager } = installationOf({
    ...facts,
    package: undefined,
    runtimePackages: [],
    neededFolders: [],
  });
  const files = manager.files.map((file) => (/^\.|^pnpm-w/.test(file) ? file : join(folder, file)));
  const production = [
    copyLine('', files, './'),
    runWithCaches(manager, manager.production(undefined).replace(' --workspaces=false', '')),
  ];
  return {
    manager: { ...manager, files },
    ...{ runtimeManifests: [], buildManifests: [], runtimeFiles: [], buildFiles: [] },
    production,
    everything: [],
  };
}

/** Of each package of the workspace that is needed at run time, the folder that its package.json points into. */
function runtimeFolders({ runtimePackages, root }: ProjectFacts): string[] {
  return runtimePackages
    .filter((one) => !isInside(one.root, root))
    .flatMap(({ manifest, root: folder }) => {
      const entry = text(manifest['main']) ?? entryOf(record(manifest['exports'])['.']) ?? 'index.js';
      const parts = entry.replace(/^\.\//, '').split('/');
      // TypeScript as it is written: a bundler has put it into the project's own output.
      if (/\.[cm]?tsx?$/.test(entry)) return [];
      return [parts.length > 1 ? join(folder, parts[0]!) : folder];
    });
}

/** The file that Node.js takes of one entry of `exports`. */
function entryOf(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const conditions = record(entry);
  return ['node', 'import', 'require', 'default']
    .map((name) => entryOf(conditions[name]))
    .find((file) => file);
}

function allowList(sent: readonly string[], never: readonly string[]): string {
  const paths = [...new Set(sent)].filter(
    (path, _, all) => !all.some((other) => other !== path && isInside(path, other)),
  );
  return fileText(
    comment('Nothing reaches the build but what is named here, so that no other file can invalidate a step.'),
    ['**', ...paths.map((path) => `!${path}`), ...never],
  );
}

function secretsOf({ manager }: Installation): string[] {
  return manager.secretNpmrc ? ['id=npmrc,src=.npmrc'] : [];
}

/** The packages that are copied into the image are built as well, whatever `dependsOn` says. */
function buildCommand({ name, runtimePackages }: ProjectFacts): string {
  const needed = runtimePackages.map(({ project }) => project);
  if (needed.length === 0) return `npx nx run ${quoted(`${name}:build`)}`;
  return `npx nx run-many --targets=build --projects=${[name, ...needed].map(quoted).join(',')}`;
}

function quoted(word: string): string {
  return /^[\w@/.:-]+$/.test(word) ? word : `'${word}'`;
}
