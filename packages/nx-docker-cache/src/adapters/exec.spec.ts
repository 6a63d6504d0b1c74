import { exec } from './exec';

describe('exec', () => {
  it('gives exit code and output of a program that fails, and throws nothing', async () => {
    const result = await exec(process.execPath, [
      '-e',
      'console.log("out"); console.error("err"); process.exit(3)',
    ]);
    expect(result).toEqual({ exitCode: 3, stdout: 'out', stderr: 'err', notFound: false, timedOut: false });
  });

  it('tells a missing program from one that fails', async () => {
    const result = await exec('no-such-program-here', []);
    expect(result).toMatchObject({ exitCode: -1, notFound: true });
  });

  it('ends a program that takes too long', async () => {
    const result = await exec(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { timeout: 200 });
    expect(result).toMatchObject({ exitCode: -1, timedOut: true });
  });

  it('hands text to stdin, and arguments as they are', async () => {
    const script = 'process.stdin.on("data", (data) => console.log(String(data) + process.argv[1]))';
    const result = await exec(process.execPath, ['-e', script, '$(x) "y"'], { input: 'in ' });
    expect(result.stdout).toBe('in $(x) "y"');
  });
});
