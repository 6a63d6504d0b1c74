import { readBy } from './variables';

const OPTIONS = {
  registry: '{env.REGISTRY}/acme',
  tags: ['{env.RELEASE}', '{branch}'],
  labels: { by: '{env.BY}' },
  buildArgs: { VERSION: '{env.VERSION}', SAME: '{env.BY}' },
  secrets: ['id=npm,env=NPM_TOKEN', 'id=file,src=token'],
  stage: 'test',
  tasks: {
    test: { command: 'x', env: { WORD: null, FIXED: 'a' }, services: { db: { image: 'a', env: ['PASS'] } } },
    lint: 'y',
  },
  buildContexts: { more: 'libs/more' },
};

describe('what options read of the machine', () => {
  it('are templates, secrets, and variables of tasks that have no value there', () => {
    const publish = [undefined, { tags: ['type=raw,value={env.STAGE}'] }];
    expect(readBy(OPTIONS, publish)).toEqual({
      contexts: ['libs/more'],
      variables: {
        args: ['BY', 'VERSION'],
        others: ['NPM_TOKEN', 'REGISTRY', 'RELEASE'],
        tasks: { 'docker-test': ['PASS', 'WORD'], 'docker-lint': [], 'docker-publish': ['STAGE'] },
      },
    });
  });

  it('is nothing where they are wrong or none', () => {
    const nothing = { args: [], others: [] };
    expect(readBy({ platforms: 1 }, undefined).variables).toMatchObject(nothing);
    expect(readBy(undefined, undefined).variables).toEqual({ ...nothing, tasks: { 'docker-publish': [] } });
    expect(readBy({ tasks: { test: { cpus: 'many' } } }, {}).variables.tasks).toMatchObject({
      'docker-test': [],
    });
  });
});
