import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMemoryRegistry } from '../../../test/registry/memory-registry';
import { createRegistryClient } from '../../registry';
import type { ResultPlacesPort } from '../../ports/results';
import { ResultPlaces } from './places';
import { TaskRecords } from './task-records';

const RECORD = {
  ...{ key: 'k', contentKey: 'c', project: 'api', stage: 'builder', digest: undefined, command: ['x'] },
  ...{ exitCode: 0, seconds: 1, finished: '2026-01-01T00:00:00.000Z', outputs: ['coverage/new.xml'] },
};

it('a restored result takes the place of what an earlier run left', async () => {
  await using registry = await startMemoryRegistry();
  const root = mkdtempSync(join(tmpdir(), 'records-'));
  try {
    execFileSync('git', ['init', '-q'], { cwd: root });
    writeFileSync(join(root, '.gitignore'), 'coverage\n');
    mkdirSync(join(root, 'coverage'));
    writeFileSync(join(root, 'coverage/new.xml'), 'new');
    const client = createRegistryClient({ fetch });
    const records = new TaskRecords(() => client, root, new ResultPlaces(root));
    const reference = `${registry.host}/api:task-t-k`;
    await records.leave(reference, RECORD, Buffer.from('said\n'), ['coverage/new.xml']);
    const digest = (await client.headManifest(reference))!.digest;

    rmSync(join(root, 'coverage/new.xml'));
    writeFileSync(join(root, 'coverage/gone.xml'), 'stale');
    const outputs = [{ from: 'coverage', to: 'coverage', replaced: true }];
    const stored = await records.restore(`${registry.host}/api@${digest}`, 'k', outputs);
    expect(stored).toMatchObject({ restored: ['coverage/new.xml'], kept: [] });
    expect(readdirSync(join(root, 'coverage'))).toEqual(['new.xml']);
    await expect(records.restore(`${registry.host}/api@${digest}`, 'other', outputs)).rejects.toThrow(
      'the record of another task',
    );
    expect(readdirSync(join(root, 'coverage'))).toEqual(['new.xml']);

    // Whose results are not all in their place passed for nothing.
    const stuck = { clear: async () => ({ kept: [], problems: ['coverage: is mounted'] }) };
    const restore = (places: ResultPlacesPort, to: string) =>
      new TaskRecords(() => client, root, places).restore(`${registry.host}/api@${digest}`, 'k', [
        { from: 'coverage', to, replaced: true },
      ]);
    await expect(restore(stuck, 'coverage')).rejects.toThrow('coverage: is mounted');
    await expect(restore(new ResultPlaces(root), 'elsewhere')).rejects.toThrow(
      'not all of its results can be put back (coverage/new.xml: lies outside of elsewhere)',
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
