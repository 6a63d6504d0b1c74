import { LESSER_ENGINE, planOf } from '../../test/fakes/facts';
import { sharingInline } from './inline';

const reads = ({ argv }: { argv: readonly string[] }): string[] =>
  argv.filter((_, index) => argv[index - 1] === '--cache-from').map((entry) => entry.replace(/.*ref=/, ''));

it('a stage that is its own cache reads those of stages that are not built, its own last', () => {
  const app = planOf({ engine: LESSER_ENGINE });
  const builder = planOf({ engine: LESSER_ENGINE, options: { target: 'builder' } });
  const shared = sharingInline(app, [builder]);
  expect(reads(shared)).toEqual(['reg.test/acme/api:cache-main--builder', ...reads(app)]);
  expect(shared.cache.from.at(-1)).toMatchObject({
    kind: 'inline',
    reason: expect.stringContaining('stage builder'),
  });
  expect(shared.argv.at(-1)).toBe(app.argv.at(-1));
  expect(sharingInline(app, [])).toEqual(app);
});

it('other caches hold every stage already', () => {
  const app = planOf();
  expect(sharingInline(app, [planOf({ options: { target: 'builder' } })])).toBe(app);
});
