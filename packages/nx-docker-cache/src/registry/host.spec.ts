import { apiHost, isLoopback } from './host';

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST:5000', '127.0.0.1', '127.8.9.10:80', '[::1]', '[::1]:5000'])(
    '%s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );
  it.each(['127.0.0.1.nip.io', 'localhost.example', '127.1', '10.0.0.1', '[::2]', 'xlocalhost'])(
    'not %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

it('knows where Docker Hub answers', () => {
  expect([apiHost('docker.io'), apiHost('ghcr.io')]).toEqual(['registry-1.docker.io', 'ghcr.io']);
});
