/**
 * The options as a user writes them; the only source of their shape. `schema.json` of the executors is
 * generated from here, so descriptions are written for editors and `nx show target`.
 */
import { z } from 'zod';
import { CACHE_KINDS, COMPRESSIONS, PROGRESS_MODES } from '../model/options';
import { PRUNE_MODES } from '../model/prune';
import { publishShape } from './publish.schema';
import { tasksShape } from './task-schema';

// Compiling a validator costs more (9 ms) than running it on the few objects that one process reads.
z.config({ jitless: true });

const text = z.string().trim().min(1);
const texts = z.union([text, z.array(text)]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const dictionary = z.record(z.string().min(1), scalar);

export const secretSchema = z.union([
  text.describe('buildx form: `id=npm,env=NPM_TOKEN` or `id=npmrc,src=.npmrc`.'),
  z.strictObject({
    id: text.describe('Name under which the Dockerfile mounts the secret.'),
    env: text.optional().describe('Environment variable that holds the value.'),
    src: text.optional().describe('File that holds the value, relative to the workspace root.'),
  }),
]);

export const cacheSchema = z.strictObject({
  kind: z
    .enum(CACHE_KINDS)
    .optional()
    .describe('Where layers are cached. Default: `registry` once a registry is known, else `local`.'),
  from: texts.optional().describe('Further caches to read: raw `--cache-from` entries or references.'),
  to: texts.optional().describe('Further caches to write: raw `--cache-to` entries or references.'),
  mode: z
    .enum(['min', 'max'])
    .optional()
    .describe('`max` (default) caches every stage, `min` the final one only.'),
  compression: z
    .enum(COMPRESSIONS)
    .optional()
    .describe('Layer compression of image and cache. Default: what the engine does (gzip).'),
  repository: text
    .optional()
    .describe(
      "Template of the cache's repository. Default: the image's own repository, or one of that path in the registry that NX_DOCKER_CACHE_REGISTRY names.",
    ),
  tag: text.optional().describe('Template of the cache tag. Default: `cache-{scope}{variant}`.'),
  maxSize: z
    .union([z.int().positive(), text])
    .optional()
    .describe('Bound of the `local` cache of the whole workspace, for instance `5GB` (default).'),
});

const volatileValues = z.array(z.enum(['version', 'revision']));

export const metadataSchema = z.strictObject({
  labels: z.boolean().optional().describe('Labels of the image (default: true).'),
  annotations: z
    .boolean()
    .optional()
    .describe('Annotations of the manifest, and of the index of several platforms (default: false).'),
  volatile: volatileValues
    .optional()
    .describe('Values that change with releases or commits: `version`, `revision` (default: none).'),
});

const buildShape = {
  dockerfile: text
    .optional()
    .describe('Dockerfile, relative to the workspace root. Default: searched in the project folder.'),
  context: text
    .optional()
    .describe(
      "Build context, relative to the workspace root. Default: inferred from the Dockerfile's sources.",
    ),
  target: text.optional().describe('Stage to build, by name or index. Default: the final stage.'),
  stages: texts
    .optional()
    .describe(
      'Stages to build and push beside the target, each as an image `<image>:<stage>-<tag>` with a cache of its own. Stages of `tasks` are among them.',
    ),
  ...tasksShape,
  image: text
    .optional()
    .describe('Template of the image name without tag. Default: `{projectName}`, made valid.'),
  tags: texts
    .optional()
    .describe(
      'Templates of tags. Default: `{shortSha}` where the image is pushed, `dev` where it is loaded. Branches that are not trusted push no tag that is called `latest`, as a trusted branch, or as a version.',
    ),
  registry: text
    .optional()
    .describe('Registry host and path prefix of image and cache, for instance `ghcr.io/acme`.'),
  buildArgs: dictionary
    .optional()
    .describe('Build args by name, for `ARG` of the Dockerfile; the values may hold placeholders.'),
  buildContexts: z.record(z.string().min(1), text).optional().describe('Named build contexts.'),
  secrets: z
    .array(secretSchema)
    .optional()
    .describe('Secrets for `RUN --mount=type=secret`, by environment variable or file; never by value.'),
  allowExposed: texts
    .optional()
    .describe(
      'Names of build args, ENV variables, labels and files that look like secrets and may be in the image all the same; of an instruction its keyword and line, as `RUN:12`.',
    ),
  ssh: texts.optional().describe('SSH agents or keys, `default` or `id=path`.'),
  platforms: texts
    .optional()
    .describe(
      'Platforms, for instance `linux/amd64`. Each has a build, a cache and a key of its own; several are pushed as one index.',
    ),
  labels: dictionary.optional().describe('Labels of the image.'),
  annotations: dictionary
    .optional()
    .describe(
      'OCI annotations of the image. A key may name its level as in buildx, `index:key`; of several platforms, others are said of manifests and index.',
    ),
  metadata: z
    .union([z.boolean(), volatileValues, metadataSchema])
    .optional()
    .describe(
      'Labels of the OCI set, made of package.json: title, description, url, source, licenses, authors. A list adds values that change with releases or commits; an object says whether they are labels, annotations or both (default: false).',
    ),
  network: text.optional().describe('Network of RUN instructions: `default`, `none` or `host`.'),
  addHosts: texts.optional().describe('Host to IP entries, `name:ip`.'),
  shmSize: text.optional().describe('Size of /dev/shm in RUN, for instance `128m`.'),
  ulimits: texts.optional().describe('Ulimits, for instance `nofile=1024:1024`.'),
  allow: texts.optional().describe('Extra entitlements, for instance `network.host`.'),
  pull: z.boolean().optional().describe('Always look for newer base images.'),
  noCache: z.boolean().optional().describe('Execute every step; the caches are written all the same.'),
  noCacheFilter: texts.optional().describe('Stages that are executed without cache.'),
  provenance: z
    .union([z.boolean(), text])
    .optional()
    .describe('Provenance attestation: false, true, `mode=min` or `mode=max`. Default: false.'),
  sbom: z.union([z.boolean(), text]).optional().describe('SBOM attestation. Default: false.'),
  builder: text.optional().describe('Name of the buildx builder.'),
  load: z.boolean().optional().describe('Load the image into the engine. Default: outside CI.'),
  push: z.boolean().optional().describe('Push the image. Default: in CI, where a registry is known.'),
  cache: z
    .union([z.enum(CACHE_KINDS), cacheSchema])
    .optional()
    .describe('The layer cache.'),
  defaultBranch: text
    .optional()
    .describe('Branch whose cache all others read. Default: asked of CI and git.'),
  protectedBranches: texts
    .optional()
    .describe('Glob patterns of further branches whose builds are trusted, for instance `release/*`.'),
  progress: z
    .enum(PROGRESS_MODES)
    .optional()
    .describe('`auto` (default) prints steps as they end, `plain` logs as well, `rawjson` passes events on.'),
  skip: z
    .union([z.boolean(), z.literal('repository')])
    .optional()
    .describe(
      'Whether a build that the registry already holds is skipped and its tags promoted (default: true). `repository` lets trusted builds take what any branch of the same repository built.',
    ),
  prune: z
    .enum(PRUNE_MODES)
    .optional()
    .describe(
      'What of the context the builder gets: `sources` leaves out what no instruction reads, `graph` leaves packages that the project does not depend on out of `COPY . .`. Default: `off` for a Dockerfile with `COPY . .`, else `sources` as far as it provably makes the same image.',
    ),
  dryRun: z.boolean().optional().describe('Print the plan and do nothing.'),
};

export const buildSchema = z.strictObject(buildShape).meta({
  title: 'nx-docker-cache:build',
  description: "Builds a project's Docker stages with a cache in the registry, keyed by project and branch.",
});

export type RawBuildOptions = z.infer<typeof buildSchema>;

/** Options that make sense for every project of a workspace; the plugin and the config file take them. */
const sharedShape = {
  registry: buildShape.registry,
  image: buildShape.image,
  builder: buildShape.builder,
  cache: buildShape.cache,
  defaultBranch: buildShape.defaultBranch,
  protectedBranches: buildShape.protectedBranches,
  provenance: buildShape.provenance,
  sbom: buildShape.sbom,
  platforms: buildShape.platforms,
  prune: buildShape.prune,
  metadata: buildShape.metadata,
};

const publishTargetName = text
  .optional()
  .describe('Name of the inferred target that publishes. Default: `docker-publish`.');

export const pluginSchema = z
  .strictObject({
    targetName: text.optional().describe('Name of the inferred target. Default: `docker-build`.'),
    include: texts
      .optional()
      .describe('Glob patterns of Dockerfiles to take. Default: all that Docker names so.'),
    exclude: texts.optional().describe('Glob patterns of Dockerfiles to leave out.'),
    publish: z
      .union([z.boolean(), z.strictObject({ targetName: publishTargetName, ...publishShape })])
      .optional()
      .describe(
        'The target that publishes: false for none, or its name and options. Inferred where a registry is known.',
      ),
    projects: z
      .record(z.string().min(1), z.strictObject(tasksShape))
      .optional()
      .describe(
        'Stage tasks by name of the project: `{"api": {"stage": "builder", "tasks": {"test": "npm test"}}}`.',
      ),
    ...sharedShape,
  })
  .meta({
    title: 'nx-docker-cache',
    description:
      'Options of the plugin in nx.json: which Dockerfiles become targets, and defaults of their options.',
  });

export type RawPluginOptions = z.infer<typeof pluginSchema>;

const publish = z.strictObject(publishShape).optional().describe('How images are published.');

/** `nx-docker-cache.json` at the root of a workspace that is not an Nx workspace. */
export const configFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    defaults: z
      .strictObject({ ...buildShape, publish })
      .optional()
      .describe('Options of every project.'),
    projects: z
      .record(z.string().min(1), z.strictObject({ root: text.optional(), ...buildShape, publish }))
      .optional()
      .describe('Options by project name; `root` names the folder of a project that no package.json names.'),
  })
  .meta({ title: 'nx-docker-cache.json', description: 'Configuration of nx-docker-cache without Nx.' });

export type ConfigFile = z.infer<typeof configFileSchema>;
