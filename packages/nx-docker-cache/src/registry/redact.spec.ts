import { oneLine, redactUrl } from './redact';

describe('redactUrl', () => {
  it.each([
    ['https://user:pw@ghcr.io/v2/a/tags/list?n=10&last=x#frag', 'https://ghcr.io/v2/a/tags/list?n=10&last=x'],
    [
      'https://s3.example/blob?X-Amz-Signature=abc&X-Amz-Expires=60',
      'https://s3.example/blob?X-Amz-Signature=…&X-Amz-Expires=…',
    ],
    [
      'http://localhost:5000/v2/a/blobs/uploads/1?_state=abc&digest=sha256:0',
      'http://localhost:5000/v2/a/blobs/uploads/1?_state=…&digest=sha256:0',
    ],
    ['no url', '(not a URL)'],
  ])('shows %s without what is secret', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

describe('oneLine', () => {
  it('keeps foreign text from moving the cursor or filling the screen', () => {
    expect(oneLine(' a\r\n\u001b[31mb\u0007 ')).toBe('a [31mb');
    expect(oneLine('x'.repeat(20), 5)).toBe('xxxxx…');
  });
});
