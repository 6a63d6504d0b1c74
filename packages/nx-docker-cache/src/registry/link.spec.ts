import { nextPage } from './link';

const HERE = 'https://ghcr.io/v2/a/tags/list?n=2';

describe('nextPage', () => {
  it.each([
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', 'https://ghcr.io/v2/a/tags/list?n=2&last=b'],
    ['<https://ghcr.io/v2/a/tags/list?last=b>; rel=next', 'https://ghcr.io/v2/a/tags/list?last=b'],
    ['<list?last=b>;rel="next"', 'https://ghcr.io/v2/a/tags/list?last=b'],
    ['</first>; rel="first", </second>; title="x"; rel="next"', 'https://ghcr.io/second'],
    ['</x>; rel="prev next"', 'https://ghcr.io/x'],
    // A registry behind a proxy that ends TLS.
    ['<http://ghcr.io/v2/a/tags/list?last=b>; rel="next"', 'https://ghcr.io/v2/a/tags/list?last=b'],
  ])('follows %s', (header, url) => {
    expect(nextPage(header, HERE)).toBe(url);
  });

  it.each([null, '', '</x>; rel="prev"', '</x>; rel="nextish"', '</x>', 'rel="next"'])(
    'ends at %s',
    (header) => {
      expect(nextPage(header, HERE)).toBeUndefined();
    },
  );

  it('does not leave the registry', () => {
    expect(() => nextPage('<https://evil.example/v2/a/tags/list?token=x>; rel="next"', HERE)).toThrow(
      'ghcr.io continues its list at https://evil.example/v2/a/tags/list?token=…; only pages of the registry itself are read.',
    );
  });
});
