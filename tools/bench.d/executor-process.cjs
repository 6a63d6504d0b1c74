/**
 * Runs one target's executor in a process of its own, as Nx does for each task, and prints how long it took.
 * The clock starts when the project graph is there and the executor is not loaded yet; it stops at its result.
 *   node executor-process.cjs <workspace> <project> <target> <overrides as JSON>
 */
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');

async function main(root, projectName, targetName, overrides) {
  const devkit = createRequire(join(root, 'package.json'))('@nx/devkit');
  const projectGraph = await devkit.createProjectGraphAsync({ exitOnError: false });
  const projectsConfigurations = devkit.readProjectsConfigurationFromProjectGraph(projectGraph);
  const context = {
    root,
    cwd: root,
    isVerbose: false,
    projectName,
    targetName,
    target: projectsConfigurations.projects[projectName].targets[targetName],
    projectsConfigurations,
    nxJsonConfiguration: JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8')),
    projectGraph,
  };
  const started = performance.now();
  let success = false;
  const results = await devkit.runExecutor({ project: projectName, target: targetName }, overrides, context);
  for await (const result of results) success = result.success;
  const ms = performance.now() - started;
  if (!success) process.exit(1);
  process.stdout.write(`\nexecutor-ms ${ms.toFixed(1)}\n`, () => process.exit(0));
}

const [root, project, target, overrides] = process.argv.slice(2);
main(root, project, target, JSON.parse(overrides)).catch((error) => {
  console.error(error);
  process.exit(1);
});
