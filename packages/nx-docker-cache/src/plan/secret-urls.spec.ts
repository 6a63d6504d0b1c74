import { passwordsIn } from './secret-urls';

const PASSWORD = 'correct-horse';

it.each([
  `https://bot:${PASSWORD}@git.shop.test/a.git#main`,
  `https://:${PASSWORD}@git.shop.test`,
  `postgres://app:${PASSWORD}@db.shop.test:5432/app?ssl=1`,
  `ADD https://bot:${PASSWORD}@files.shop.test/a.tgz /a`,
  `curl "amqp+ssl://bot:${PASSWORD}@10.0.0.5"`,
])('%s has one', (text) => {
  expect(passwordsIn(text)).toEqual([PASSWORD]);
});

it.each([
  'https://git.shop.test/a.git',
  'https://bot@git.shop.test/a.git',
  'ssh://git@git.shop.test:2222/a.git',
  'git@git.shop.test:acme/correct-horse.git',
  'https://bot:$TOKEN_OF_CI@git.shop.test',
  'https://bot:${TOKEN}@git.shop.test',
  'https://bot:<password>@git.shop.test',
  'https://bot:********@git.shop.test',
  'https://user:password@git.shop.test',
  'postgres://postgres:postgres@db.shop.test',
  `postgres://app:${PASSWORD}@localhost:5432/app`,
  `postgres://app:${PASSWORD}@db/app`,
  `redis://:${PASSWORD}@127.0.0.1:6379`,
  'http://a.test:8080/x@y.test',
  'https://a.test:80808080?x=@b.test',
])('%s has none', (text) => {
  expect(passwordsIn(text)).toEqual([]);
});
