import { execFileSync } from 'node:child_process';
import { mustBuild, runCli, type CliOptions } from './support/cli';
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { RegistryView } from './support/registry';
import { Workspace } from './support/workspace';

const SLOW = 'FROM busybox\nRUN echo begun; sleep 47.11; echo over\n';
const QUICK = 'FROM busybox\nRUN echo quick\n';

/** Processes with this text in their command line. */
const processes = (text: string): string[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text) && !line.includes('ps -eo'));

describeWithEngine('a build that is interrupted', () => {
  let host: string;
  let workspace: Workspace;
  let agent: Agent;
  const on = (): CliOptions => ({ cwd: workspace.root, env: { ...agent.env, CI: 'true' } });

  beforeAll(async () => {
    ({ host } = await startRegistry('interrupt'));
    agent = await freshAgent('interrupt');
    workspace = await Workspace.make({
      defaults: { registry: `${host}/acme` },
      projects: { api: { root: 'api' }, web: { root: 'web' } },
      files: { 'api/Dockerfile': SLOW, 'web/Dockerfile': SLOW },
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s ends at once, and leaves nothing',
    async (signal) => {
      let sent: number | undefined;
      const result = await runCli(['build', 'api', 'web', '--progress', 'plain', '--json'], {
        ...on(),
        onStderr: (text, kill) => {
          if (sent !== undefined || !text.includes('begun')) return;
          sent = performance.now();
          kill(signal);
        },
      });
      expect(result.exitCode).toBe(130);
      expect(result.signal).toBeUndefined();
      expect(performance.now() - (sent ?? 0)).toBeLessThan(12_000);
      expect(JSON.parse(result.stdout)).toMatchObject([
        { project: 'api', ok: false, error: { code: 'INTERRUPTED' } },
        { project: 'web', ok: false, error: { code: 'INTERRUPTED' } },
      ]);
      expect(result.leftovers).toEqual([]);
      expect(processes(workspace.root)).toEqual([]);
      expect(processes('sleep 47.11')).toEqual([]);
      expect(await new RegistryView(host).repositories()).toEqual([]);
    },
  );

  it('can be run again', async () => {
    workspace.write({ 'api/Dockerfile': QUICK, 'web/Dockerfile': QUICK });
    const { receipt } = await mustBuild('api', [], on());
    expect(receipt.pushed).toBe(true);
  });

  it('leaves no temporary files when it ends by itself', async () => {
    const { leftovers } = await mustBuild('web', [], on());
    expect(leftovers).toEqual([]);
  });
});
