import { isCertificateCode, networkCode, networkFailure } from './network-failure';

const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('networkFailure', () => {
  it('finds the code under what fetch wraps around it', () => {
    expect(networkCode(new TypeError('fetch failed', { cause: coded('ECONNRESET') }))).toBe('ECONNRESET');
    expect(
      networkCode(new TypeError('fetch failed', { cause: new AggregateError([coded('ECONNREFUSED')]) })),
    ).toBe('ECONNREFUSED');
    expect(networkCode(new Error('plain'))).toBeUndefined();
    expect(networkCode('text')).toBeUndefined();
  });

  it.each([
    ['ECONNRESET', true],
    ['ECONNREFUSED', true],
    ['EAI_AGAIN', true],
    ['UND_ERR_SOCKET', true],
    ['ENOTFOUND', false],
    ['EPROTO', false],
    ['CERT_HAS_EXPIRED', false],
  ])('knows whether %s may pass', (code, temporary) => {
    expect(networkFailure('GET', 'https://r.io/v2/', coded(code))).toMatchObject({
      reason: 'unavailable',
      temporary,
      url: 'https://r.io/v2/',
    });
  });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', '/etc/docker/certs.d/r.io:5000/ca.crt'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'NODE_EXTRA_CA_CERTS'],
    ['EPROTO', 'does not speak TLS'],
    ['ENOTFOUND', 'DNS'],
    ['ECONNREFUSED', 'is up'],
  ])('says what to do about %s', (code, hint) => {
    expect(networkFailure('GET', 'https://r.io:5000/v2/', coded(code)).hint).toContain(hint);
  });

  it('keeps the message of an error that is not of the network', () => {
    const error = networkFailure(
      'GET',
      'https://r.io/',
      coded('INVALID_CONFIG', 'The proxy cannot be used.'),
    );
    expect(error.message).toContain('INVALID_CONFIG: The proxy cannot be used.');
    expect(error).toMatchObject({ hint: undefined, temporary: false });
  });

  it('tells certificates from other codes', () => {
    expect(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'EPROTO', undefined].map(isCertificateCode)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
