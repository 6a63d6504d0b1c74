import { responseFailure } from './failures';

const headers = (values: Record<string, string> = {}): { get(name: string): string | null } => ({
  get: (name) => values[name] ?? null,
});
const asked = { method: 'GET', url: 'https://user:pw@ghcr.io/v2/a/manifests/b?token=t' };
const fail = (status: number, body: unknown = '', values: Record<string, string> = {}): object =>
  responseFailure(asked, { status, headers: headers(values), bytes: Buffer.from(JSON.stringify(body)) }, 0);

describe('responseFailure', () => {
  it.each([
    [400, 'rejected', false],
    [401, 'unauthorized', false],
    [403, 'denied', false],
    [404, 'not-found', false],
    [405, 'unsupported', false],
    [408, 'rejected', true],
    [416, 'rejected', false],
    [429, 'rate-limited', true],
    [500, 'unavailable', true],
    [501, 'unsupported', false],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [204, 'invalid-response', false],
    [302, 'invalid-response', false],
  ])('reads %d as %s', (status, reason, temporary) => {
    expect(fail(status)).toMatchObject({ status, reason, temporary });
  });

  it.each([
    [400, 'UNSUPPORTED', 'unsupported'],
    [401, 'DENIED', 'denied'],
    [403, 'TOOMANYREQUESTS', 'rate-limited'],
    [400, 'MANIFEST_INVALID', 'rejected'],
    [500, 'DENIED', 'unavailable'],
  ])('reads %d with the code %s as %s', (status, code, reason) => {
    expect(fail(status, { errors: [{ code, message: 'why' }] })).toMatchObject({ status, code, reason });
  });

  it('tells what was asked, what came back and why, and no secret', () => {
    const error = fail(404, {
      errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest\nunknown', detail: {} }],
    });
    expect(error).toMatchObject({
      message:
        'GET https://ghcr.io/v2/a/manifests/b?token=… answered 404 (MANIFEST_UNKNOWN: manifest unknown).',
      url: 'https://ghcr.io/v2/a/manifests/b?token=…',
      method: 'GET',
    });
    expect(JSON.stringify(error)).not.toContain('pw');
  });

  it('copes with bodies that explain nothing', () => {
    for (const body of ['<html>', { errors: [] }, { errors: 'x' }, null]) {
      expect(fail(500, body)).toMatchObject({
        message: 'GET https://ghcr.io/v2/a/manifests/b?token=… answered 500.',
        code: undefined,
      });
    }
  });

  it('carries what Retry-After asks for', () => {
    expect(fail(429, '', { 'retry-after': '120' })).toMatchObject({ retryAfterMs: 120_000 });
  });
});
