/** The command behind tools/replay. */
import { parseArgs } from 'node:util';
import { Replay } from './replay.mjs';
import { commitLine, summary } from './report.mjs';

const USAGE = `Usage: tools/replay [--projects 30] [--commits 12] [--seed N] [--json]

Makes a monorepo with layered libraries, base images of its own and Dockerfiles of several shapes, and a history of
changes. Each commit is built by nx-docker-cache on an agent that has nothing, and by a full rebuild of all projects
by bakes of its own; then every image is compared by its content, skipped or not. Before it, "affected" has to name every project
whose image the commit changes.

  --projects N   how many have a Dockerfile, 6 to 500 (default 30)
  --commits N    how many commits after the first one (default 12)
  --seed N       repeats a history; printed where it is not given
  --name NAME    of the agents and the registry that it starts (default replay)
  --json         the result on stdout

Exit codes: 0 every image is what a full rebuild makes · 1 one is not, or was not named · 2 usage`;

const { values: flags } = parseArgs({
  options: {
    projects: { type: 'string', default: '30' },
    commits: { type: 'string', default: '12' },
    seed: { type: 'string' },
    name: { type: 'string', default: 'replay' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [projects, wanted] = [Number(flags.projects), Number(flags.commits)];
if (flags.help) console.log(USAGE);
else if (
  !Number.isInteger(projects) ||
  projects < 6 ||
  projects > 500 ||
  !Number.isInteger(wanted) ||
  wanted < 1
) {
  console.error(
    `Expected 6 to 500 projects and at least one commit; found ${flags.projects} and ${flags.commits}.`,
  );
  process.exitCode = 2;
} else process.exitCode = await main();

async function main() {
  const seed = Number(flags.seed ?? Date.now() % 1_000_000);
  console.error(
    `seed ${seed}: repeat with tools/replay --seed ${seed} --projects ${projects} --commits ${wanted}`,
  );
  const started = performance.now();
  const commits = [];
  const replay = new Replay({ seed, projects, name: flags.name });
  try {
    await replay.start();
    for (let index = 0; index <= wanted; index++) {
      const commit = await replay.step(index === 0);
      commits.push(commit);
      console.error(commitLine(commit, index));
      for (const { project, result, equal, missed } of commit.projects)
        if (!equal || missed || !['built', 'skipped'].includes(result))
          console.error(
            `      ${project}: ${result}${equal ? '' : ', and what is there is not what a full rebuild makes'}${missed ? ', changed and not affected' : ''}`,
          );
    }
  } finally {
    await replay.end();
  }
  const result = summary(commits, { seed, projects, seconds: (performance.now() - started) / 1000 });
  console.log(flags.json ? JSON.stringify(result, undefined, 2) : result.text);
  return result.sound ? 0 : 1;
}
