/**
 * Every schema.json that is generated: one row a file.
 * from: source file and export of the zod schema · file: path in the package · title, $id: as Nx and editors show
 * them · type: name of the interface in the schema.d.ts beside it, left out where no code of ours needs one · open: Nx
 * lets unknown options through, since we name all problems at once and what was probably meant, and Nx does not
 */
export const SCHEMAS = [
  {
    from: 'options/schema.ts#buildSchema',
    file: 'src/executors/build/schema.json',
    $id: 'NxDockerCacheBuild',
    title: 'Build executor',
    type: 'BuildExecutorSchema',
    open: true,
  },
  {
    from: 'options/publish.schema.ts#publishSchema',
    file: 'src/executors/publish/schema.json',
    $id: 'NxDockerCachePublish',
    title: 'Publish executor',
    open: true,
  },
  {
    from: 'options/task-schema.ts#runSchema',
    file: 'src/executors/run/schema.json',
    $id: 'NxDockerCacheRun',
    title: 'Run executor',
    open: true,
  },
  {
    from: 'options/generators.schema.ts#initSchema',
    file: 'src/generators/init/schema.json',
    $id: 'NxDockerCacheInit',
    title: 'Init generator',
    type: 'InitGeneratorSchema',
  },
  {
    from: 'options/generators.schema.ts#configurationSchema',
    file: 'src/generators/configuration/schema.json',
    $id: 'NxDockerCacheConfiguration',
    title: 'Configuration generator',
    type: 'ConfigurationGeneratorSchema',
  },
  {
    from: 'options/generators.schema.ts#ciSchema',
    file: 'src/generators/ci/schema.json',
    $id: 'NxDockerCacheCi',
    title: 'CI generator',
  },
  {
    from: 'options/schema.ts#pluginSchema',
    file: 'src/graph/schema.json',
    $id: 'NxDockerCachePlugin',
    title: 'Plugin options in nx.json',
  },
  {
    from: 'options/schema.ts#configFileSchema',
    file: 'schema.json',
    $id: 'NxDockerCacheConfigFile',
    title: 'nx-docker-cache.json',
  },
];
