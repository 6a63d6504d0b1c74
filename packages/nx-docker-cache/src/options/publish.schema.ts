/** The options of `publish` as a user writes them; schema.json of the executor is generated from here. */
import { z } from 'zod';
import { REF_EVENTS, SHA_FORMATS, TAG_RULE_TYPES } from '../model/publication';

z.config({ jitless: true });

const text = z.string().trim().min(1);
const texts = z.union([text, z.array(text)]);

export const tagRuleSchema = z.strictObject({
  type: z.enum(TAG_RULE_TYPES).describe('What the tag is made of.'),
  enable: z
    .union([z.boolean(), text])
    .optional()
    .describe('Whether the rule counts: true, false, or a template, for instance `{{is_default_branch}}`.'),
  priority: z.int().optional().describe('Rules with more of it come first and decide on `latest`.'),
  prefix: z.string().optional().describe("Template before the tag, in the place of the flavour's."),
  suffix: z.string().optional().describe("Template after the tag, in the place of the flavour's."),
  event: z.enum(REF_EVENTS).optional().describe('ref: what the name is taken of.'),
  format: z.enum(SHA_FORMATS).optional().describe('sha: `short` (default) or `long`.'),
  pattern: text
    .optional()
    .describe(
      'semver, pep440, package: for instance `{{major}}.{{minor}}`. match: regular expression. schedule: for instance `nightly-{{date "YYYYMMDD"}}`.',
    ),
  value: text
    .optional()
    .describe('raw: template of the tag. semver, pep440, match: the version, in the place of the git tag.'),
  branch: text.optional().describe('edge: the branch; default: the default branch.'),
  group: z
    .union([z.int().nonnegative(), text])
    .optional()
    .describe('match: number or name of the group that is the tag (default: 0, the whole match).'),
});

export const flavorSchema = z.strictObject({
  latest: z
    .union([z.boolean(), z.literal('auto')])
    .optional()
    .describe('Whether `latest` is given as well. `auto` (default): with versions, git tags and matches.'),
  prefix: z.string().optional().describe('Template before each tag.'),
  suffix: z.string().optional().describe('Template after each tag.'),
  prefixOnLatest: z.boolean().optional().describe('`latest` gets the prefix too.'),
  suffixOnLatest: z.boolean().optional().describe('`latest` gets the suffix too.'),
});

export const publishShape = {
  tags: z
    .union([text, z.array(z.union([text, tagRuleSchema]))])
    .optional()
    .describe(
      'Rules of the tags: objects, texts such as `type=semver,pattern={{version}}`, or templates. Default: the commit, the branch or pull request, the version of a git tag, and `latest` on the default branch.',
    ),
  flavor: z
    .union([text, z.array(text), flavorSchema])
    .optional()
    .describe('What holds for all tags; as an object or as texts such as `latest=auto`.'),
  stages: texts
    .optional()
    .describe('Stages whose images get the same tags, as `<stage>-<tag>`. The build has to make them.'),
  immutable: z
    .union([z.boolean(), text, z.array(text)])
    .optional()
    .describe(
      'Tags that are never moved: true (default) for full versions, false for none, or further glob patterns.',
    ),
  protectedTags: texts
    .optional()
    .describe(
      'Glob patterns of git tags that only maintainers may push: their builds publish versions and `latest`.',
    ),
};

export const publishSchema = z
  .strictObject({
    build: text
      .optional()
      .describe("Target whose image is published. Default: the project's target that builds one."),
    ...publishShape,
    defaultBranch: text.optional().describe("The default branch. Default: the build's."),
    protectedBranches: texts
      .optional()
      .describe("Glob patterns of further branches that are trusted. Default: the build's."),
    dryRun: z.boolean().optional().describe('Say what would be done and do nothing.'),
    allowDirty: z
      .boolean()
      .optional()
      .describe('Publish an image of uncommitted changes too. Outside CI it is refused otherwise.'),
    tasks: z
      .boolean()
      .optional()
      .describe('false: publish although stage tasks are not known to have passed, and ask for no record.'),
    nxReleaseVersionData: z.record(z.string(), z.unknown()).optional().describe('Set by `nx release`.'),
    firstRelease: z.boolean().optional().describe('Set by `nx release`; has no meaning here.'),
    registry: z.string().optional().describe("`nx release publish`: npm's, has no meaning here."),
    tag: z.string().optional().describe("`nx release publish`: npm's, has no meaning here."),
    otp: z
      .union([z.string(), z.number()])
      .optional()
      .describe("`nx release publish`: npm's, has no meaning here."),
    access: z.string().optional().describe("`nx release publish`: npm's, has no meaning here."),
  })
  .meta({
    title: 'nx-docker-cache:publish',
    description: 'Gives tags to the image that was built and pushed, once its tests have passed.',
  });

/** What is read of the data of `nx release`, by project; apart, as Nx itself cannot check data of several depths. */
export const releaseDataSchema = z.record(z.string(), z.object({ newVersion: z.string().nullish() }));

export type RawPublishOptions = z.infer<typeof publishSchema>;
export type RawTagRule = z.infer<typeof tagRuleSchema>;
