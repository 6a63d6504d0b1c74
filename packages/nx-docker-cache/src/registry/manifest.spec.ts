import { parseManifest } from './manifest';

const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const descriptor = (mediaType: string): object => ({
  mediaType,
  digest: `sha256:${'0'.repeat(64)}`,
  size: 1,
});
const image = { schemaVersion: 2, config: descriptor('c'), layers: [descriptor('l')] };
const index = { schemaVersion: 2, manifests: [descriptor(IMAGE)] };

const parse = (value: unknown, type: string): unknown =>
  parseManifest(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), type, 'r.io/a:b');

describe('parseManifest', () => {
  it('reads images and indexes of both families', () => {
    expect(parse({ ...image, mediaType: IMAGE, annotations: null, extra: 1 }, IMAGE)).toEqual({
      mediaType: IMAGE,
      manifest: { kind: 'image', config: descriptor('c'), layers: [descriptor('l')] },
    });
    expect(parse({ ...index, annotations: { a: 'b' } }, LIST)).toEqual({
      mediaType: LIST,
      manifest: { kind: 'index', manifests: [descriptor(IMAGE)], annotations: { a: 'b' } },
    });
  });

  it('believes the content where the header says nothing', () => {
    expect(parse({ ...index, mediaType: INDEX }, 'application/json')).toMatchObject({ mediaType: INDEX });
    expect(parse({ ...image, mediaType: IMAGE }, '')).toMatchObject({ mediaType: IMAGE });
  });

  it('refuses content that is another thing than the header says', () => {
    expect(() => parse({ ...image, mediaType: IMAGE }, INDEX)).toThrow(
      `The registry says that r.io/a:b is ${INDEX}, and its content says ${IMAGE}.`,
    );
  });

  it.each([
    ['both kinds in one (CVE-2021-41190)', { ...image, ...index }, IMAGE, 'at manifests'],
    ['both kinds in one, the other way', { ...image, ...index }, INDEX, 'at config'],
    ['no layers', { schemaVersion: 2, config: descriptor('c') }, IMAGE, 'at layers'],
    [
      'a digest that is none',
      { ...index, manifests: [{ mediaType: 'x', digest: 'x', size: 1 }] },
      INDEX,
      'at manifests.0.digest',
    ],
    ['a size below zero', { ...image, config: { ...descriptor('c'), size: -1 } }, IMAGE, 'at config.size'],
    ['another schema', { ...image, schemaVersion: 3 }, IMAGE, 'at schemaVersion'],
    ['text', '<html>login</html>', IMAGE, 'no JSON: <html>login</html>'],
    ['bytes that are no UTF-8', `"\u{fffd}`, INDEX, 'no JSON'],
  ])('refuses %s', (_name, value, type, message) => {
    expect(() => parse(value, type)).toThrow(
      expect.objectContaining({
        reason: 'invalid-response',
        message: expect.stringContaining(message),
      }) as Error,
    );
  });

  it('says what it does not read', () => {
    const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    expect(() => parse({ schemaVersion: 1 }, schema1)).toThrow(
      expect.objectContaining({ reason: 'unsupported', found: schema1 }) as Error,
    );
    expect(() => parse({}, '')).toThrow('found no media type');
  });
});
