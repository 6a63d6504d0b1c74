import { configuredOptions, configuredTargets } from './nx-targets';

const target = {
  options: { image: 'api', buildArgs: { A: '1', B: '2' } },
  configurations: { production: { image: 'api-prod' }, debug: { buildArgs: { C: '3' } }, none: null },
  defaultConfiguration: 'production',
};

it.each([
  ['its default configuration, where none is asked for', undefined, { image: 'api-prod' }],
  ['keys as a whole', 'debug', { buildArgs: { C: '3' } }],
  ['the default one for one that it does not have', 'toString', { image: 'api-prod' }],
  ['nothing of one that is empty', 'none', {}],
])('takes %s', (_, asked, changed) => {
  expect(configuredOptions(target, asked)).toEqual({ ...target.options, ...changed });
});

it('has its plain options where nothing configures it', () => {
  const { defaultConfiguration: _, ...plain } = target;
  expect(configuredOptions(plain)).toEqual(target.options);
  expect(configuredOptions({ ...target, defaultConfiguration: 'gone' })).toEqual(target.options);
  expect(configuredOptions({ defaultConfiguration: 'production' }, 'x')).toEqual({});
});

it('of a project: each by what it was asked for, and the rest as it was', () => {
  const other = { executor: 'x', options: 'none' };
  const of = (name: string): string | undefined => (name === 'b' ? 'debug' : undefined);
  expect(configuredTargets({ a: target, b: target, other }, of)).toEqual({
    a: { ...target, options: { ...target.options, image: 'api-prod' } },
    b: { ...target, options: { ...target.options, buildArgs: { C: '3' } } },
    other,
  });
});
