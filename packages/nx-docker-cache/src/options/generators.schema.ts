/** The options of the generators as a user writes them; `schema.json` of each is generated from here. */
import { z } from 'zod';

const text = z.string().trim().min(1);
const skipFormat = z.boolean().optional().describe('Leave the changed files as they are written.');
const registry = text
  .optional()
  .describe('Registry host and path prefix of image and cache, for instance `ghcr.io/acme`.');

export const SHAPES = ['auto', 'link', 'two-stage'] as const;

export const initSchema = z
  .strictObject({
    registry,
    targetName: text
      .optional()
      .describe('Name of the target that projects with a Dockerfile get. Default: `docker-build`.'),
    skipPackageJson: z.boolean().optional().describe('Leave package.json as it is.'),
    skipFormat,
  })
  .meta({
    title: 'nx-docker-cache:init',
    description:
      'Adds nx-docker-cache to a workspace: the plugin in nx.json, the line in .gitignore, the dependency.',
  });

export type InitOptions = z.infer<typeof initSchema>;

export const configurationSchema = z
  .strictObject({
    project: text.describe('Project that gets a Dockerfile.').meta({
      $default: { $source: 'argv', index: 0 },
      'x-prompt': 'Which project gets a Dockerfile?',
      'x-dropdown': 'projects',
      'x-priority': 'important',
    }),
    shape: z
      .enum(SHAPES)
      .optional()
      .describe(
        '`link`: Nx builds outside, the image gets what it built. `two-stage`: everything is built inside Docker. ' +
          'Default, `auto`: `link` where the project builds into a folder that is known.',
      ),
    registry,
    image: text.optional().describe("Template of the image name without tag. Default: the project's name."),
    baseImage: text.optional().describe('Image that the program runs in, for instance `node:22-slim`.'),
    nodeVersion: z
      .union([
        z
          .string()
          .trim()
          .regex(/^\d+(\.\d+)*$/, 'expected a version such as 22'),
        z.int().positive(),
      ])
      .optional()
      .describe(
        'Version of Node.js. Default: what .nvmrc, .node-version or `engines` say, else the one that runs.',
      ),
    port: z.int().min(1).max(65535).optional().describe('Port that the program listens on.'),
    force: z.boolean().optional().describe('Replace a Dockerfile that is there already.'),
    skipFormat,
  })
  .meta({
    title: 'nx-docker-cache:configuration',
    description: 'Adds a Docker build to a project: a Dockerfile, its ignore file, options of the target.',
  });

export type ConfigurationOptions = z.infer<typeof configurationSchema>;

export const ciSchema = z
  .strictObject({
    ci: z
      .enum(['github', 'gitlab'])
      .describe('The CI service that the pipeline is for.')
      .meta({ 'x-prompt': 'Which CI service?', 'x-priority': 'important' }),
    registry: text
      .optional()
      .describe('Registry that the pipeline logs in to. Default: the one in the options of the plugin.'),
    shards: z
      .int()
      .min(1)
      .max(256)
      .optional()
      .describe('How many agents build at once, at most. Default: 3.'),
    defaultBranch: text.optional().describe('Branch that images are published from. Default: `defaultBase`.'),
    force: z.boolean().optional().describe('Replace files that are there already.'),
  })
  .meta({
    title: 'nx-docker-cache:ci',
    description:
      'Writes a pipeline that builds and tests what a change concerns on several agents, then publishes.',
  });

export type CiOptions = z.infer<typeof ciSchema>;
