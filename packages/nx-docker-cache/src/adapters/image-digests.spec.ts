import type { ProbeResult } from '../ports/probe';
import { ImageDigests } from './image-digests';

function resolve(image: string, answers: Record<string, ProbeResult | string>, mirrors: string[] = []) {
  const asked: string[] = [];
  const digests = new ImageDigests(
    {
      probe: (ref) => {
        asked.push(ref);
        const answer = answers[ref] ?? { state: 'missing' };
        return Promise.resolve(typeof answer === 'string' ? { state: 'present', digest: answer } : answer);
      },
    },
    { mirrors: () => Promise.resolve(mirrors) },
  );
  return digests.resolve(image).then((digest) => ({ digest, asked }));
}

it('asks the registry of the image', async () => {
  expect(await resolve('ghcr.io/a/b:1', { 'ghcr.io/a/b:1': 'sha256:1' })).toEqual({
    digest: { digest: 'sha256:1' },
    asked: ['ghcr.io/a/b:1'],
  });
});

it('asks the mirrors of Docker Hub first, as the engine does', async () => {
  const mirrors = ['http://127.0.0.1:5000/', 'https://mirror.test'];
  const { digest, asked } = await resolve('node:20', { 'mirror.test/library/node:20': 'sha256:2' }, mirrors);
  expect(digest).toEqual({ digest: 'sha256:2' });
  expect(asked).toEqual(['127.0.0.1:5000/library/node:20', 'mirror.test/library/node:20']);
});

it('asks no mirror for another registry', async () => {
  expect((await resolve('ghcr.io/a/b:1', {}, ['http://127.0.0.1:5000'])).asked).toEqual(['ghcr.io/a/b:1']);
});

it.each<[string, ProbeResult, string]>([
  ['has nothing', { state: 'missing' }, 'its registry does not have it'],
  ['is slow', { state: 'slow', message: 'no answer within 5 s' }, 'no answer within 5 s'],
  ['names no digest', { state: 'present', digest: undefined }, 'its registry does not have it'],
])('says why where the registry %s', async (_, answer, problem) => {
  expect((await resolve('node:20', { 'node:20': answer })).digest).toEqual({ problem });
});

it('says so where the name is none', async () => {
  expect((await resolve('::', {})).digest).toEqual({ problem: 'its registry did not answer' });
});
