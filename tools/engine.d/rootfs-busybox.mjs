import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './exec.mjs';
import { toolEnv } from './toolset.mjs';

/** One static binary and a link for each of its commands. */
export async function makeBusybox(set, root) {
  for (const dir of ['bin', 'etc', 'root', 'tmp']) await mkdir(join(root, dir), { recursive: true });
  // mkdir's own mode is less than asked for, by the umask; every user writes here.
  await chmod(join(root, 'tmp'), 0o1777);
  const { stdout: found } = await run('sh', ['-c', 'command -v busybox'], { env: toolEnv(set) });
  await copyFile(found.trim(), join(root, 'bin/busybox'));
  const { stdout } = await run('busybox', ['--list'], { env: toolEnv(set) });
  for (const name of stdout.split('\n'))
    if (name && name !== 'busybox') await symlink('busybox', join(root, 'bin', name));
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  );
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n');
}
