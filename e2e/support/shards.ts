/** A matrix, and agents that build its shards. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShardMatrix } from '../../packages/nx-docker-cache/src/model/matrix';
import { onCleanup } from './cleanup';
import { build, runCli } from './cli';
import { freshAgent, type Agent } from './engine';
import type { Env } from './ci';
import type { Workspace } from './workspace';

/** For three agents. */
export async function matrix(workspace: Workspace, env: Env, ...args: string[]): Promise<string> {
  const options = { cwd: workspace.root, env };
  const { stdout, stderr, exitCode } = await runCli(['matrix', '--shards', '3', ...args], options);
  if (exitCode !== 0) throw new Error(`matrix ended with ${exitCode}\n${stderr}`);
  return stdout;
}

export async function matrixJson(workspace: Workspace, env: Env, ...args: string[]): Promise<ShardMatrix> {
  return JSON.parse(await matrix(workspace, env, '--json', ...args)) as ShardMatrix;
}

export interface ShardsBuilt {
  /** Sorted: each project as often as it was asked for. */
  readonly times: readonly string[];
  /** Status and digest by project. */
  readonly became: Readonly<Record<string, string>>;
}

/** All shards at once. */
export async function buildShards(
  workspace: Workspace,
  shards: readonly (readonly string[])[],
  env: Env,
): Promise<ShardsBuilt> {
  const agents: Agent[] = [];
  for (const index of shards.keys()) agents.push(await freshAgent(`matrix-${index}`));
  const results = await Promise.all(
    shards.map((names, index) => buildShard(workspace, agents[index]!, names, env)),
  );
  const entries = results.flatMap((result) => Object.entries(result));
  return { times: entries.map(([name]) => name).sort(), became: Object.fromEntries(entries) };
}

/** What one agent does: a clone of its own, an engine without anything, the names of its shard. */
async function buildShard(
  workspace: Workspace,
  agent: Agent,
  names: readonly string[],
  env: Env,
): Promise<Record<string, string>> {
  const clone = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-shard-')));
  onCleanup(() => rmSync(clone, { recursive: true, force: true }));
  await workspace.git('clone', '--quiet', workspace.root, clone);
  const options = { cwd: clone, env: { ...agent.env, ...env } };
  const { exitCode, json, stderr } = await build([...names], options);
  if (exitCode !== 0) throw new Error(`build ${names.join(' ')} ended with ${exitCode}\n${stderr}`);
  return Object.fromEntries(
    json.map(({ project, receipt }) => [project, `${receipt?.status} ${receipt?.digest}`]),
  );
}
