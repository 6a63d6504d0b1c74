/** Random instructions. What they make lies in /out, and each has a place of its own. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { NothingToPick } from './random.mjs';
import { paths } from './tree.mjs';

const GLOBS = [
  '*.txt',
  '*',
  '?*',
  'src/*',
  '*/*.txt',
  'package*.json',
  '[ab].txt',
  'src/*/*',
  '*/ln*',
  'l*',
  '.e*',
  'docs/*.md',
  'nothing*',
];
const EXCLUDES = ['*.md', '**/*.txt', 'lib', '**/deep', 'img/*', 'a.txt'];
const quote = (path) => JSON.stringify(path);
const plain = (path) => !/[\s*?[\]\\"$]/.test(path);

/** @returns {(model: object, stage: object, random: import('./random.mjs').Random) => string} */
export function generator(workspace) {
  const any = (random, ...kinds) => random.pick(paths(workspace.context, ...kinds).filter(plain));
  const file = (random) => any(random, 'file');
  const folder = (random) => any(random, 'folder');
  const linkToFolder = (random) => {
    const isFolder = (path) =>
      statSync(join(workspace.context, path), { throwIfNoEntry: false })?.isDirectory();
    return random.pick(paths(workspace.context, 'link').filter((path) => plain(path) && isFolder(path)));
  };
  let count = 0;
  const out = () => `/out/n${count++}`;

  /** @type {[number, (random: import('./random.mjs').Random) => string][]} */
  const copies = [
    [4, (random) => `COPY ${file(random)} ${out()}/`],
    [2, (random) => `COPY ${file(random)} ${out()}`],
    [4, (random) => `COPY ${folder(random)} ${out()}/`],
    [1, (random) => `COPY ${random.pick(['./', '/', ''])}${folder(random)}/ ${out()}`],
    [3, () => `COPY . ${out()}/`],
    [2, (random) => `COPY ${file(random)} ${file(random)} ${out()}/`],
    [
      1,
      (random) =>
        `COPY [${quote(random.pick(paths(workspace.context, 'file')).replaceAll('[', '[[]'))}, "${out()}/"]`,
    ],
    [4, (random) => `COPY ${random.pick(GLOBS)} ${out()}/`],
    [4, (random) => `COPY ${any(random, 'link')} ${out()}/`],
    [2, (random) => `COPY ${linkToFolder(random)}/${random.pick(['*', '*.*', '?*'])} ${out()}/`],
    [1, (random) => `COPY --link ${folder(random)} ${out()}/`],
    [
      1,
      (random) => `COPY --chmod=${random.pick(['755', '0600'])} --chown=1000:1000 ${file(random)} ${out()}/`,
    ],
    [
      1.5,
      (random) =>
        `COPY --exclude=${random.pick(EXCLUDES)} ${random.pick(['.', 'src', folder(random)])} ${out()}/`,
    ],
    [
      0.5,
      (random) => `COPY --exclude=${random.pick(EXCLUDES)} --exclude=!a.txt ${random.pick(GLOBS)} ${out()}/`,
    ],
    [1, (random) => `ADD ${file(random)} ${out()}/`],
    [2, (random) => `COPY <<EOF ${out()}\n${random.words()} $HOME\nEOF`],
    [0.5, (random) => `COPY <<-"EOF" ${file(random)} ${out()}/\n\t${random.words()} $HOME\nEOF`],
    [1, (random) => `ARG FOLDER=${folder(random)}\nCOPY \${FOLDER} ${out()}/`],
  ];
  /** @type {[number, (random: import('./random.mjs').Random, model: object, stage: object) => string][]} */
  const runs = [
    [2, (random) => `RUN echo ${random.words()} > ${out()}`],
    [1.5, () => `ARG VERSION\nRUN echo $VERSION > ${out()}`],
    [2, () => `RUN find /out -type f | sort > /list && mkdir -p /out && mv /list ${out()}`],
    [1, (random) => `RUN <<EOF\necho ${random.words()}\necho "$VERSION" > ${out()}\nEOF`],
    [
      2,
      (random) =>
        `RUN --mount=type=bind,source=${random.pick([file(random), folder(random)])},target=/m mkdir -p /out && find /m -type f | sort > ${out()}`,
    ],
    [1, () => `RUN --mount=type=bind,target=/m mkdir -p /out && find /m -type f | sort > ${out()}`],
    [0.5, (random) => `RUN --mount=target=/m,source=${folder(random)},rw touch /m/made && ls /m > ${out()}`],
    [
      0.5,
      (random) =>
        `RUN --mount=type=cache,target=/c --mount=type=tmpfs,target=/t ls /t > ${out()}; echo ${random.words()}`,
    ],
    [
      0.5,
      (random) =>
        `RUN --mount=type=bind,source=${any(random, 'link')},target=/m find /m -type f | sort > ${out()}`,
    ],
    [
      1,
      (random, model, stage) =>
        `RUN --mount=type=bind,from=@@${earlier(model, stage, random)}@@,source=/out,target=/m find /m -type f | sort > ${out()}`,
    ],
  ];
  /** @type {[number, (random: import('./random.mjs').Random) => string][]} */
  const settings = [
    [2, (random) => `ENV V${random.int(3)}=${random.words(1)}`],
    [2, (random) => `ARG VERSION${random.pick(['', '=2', '=${BASE}'])}`],
    [1, (random) => `LABEL of=${random.words(1)}`],
    [1, (random) => `ARG VERSION\nENV V${random.int(3)}=$VERSION`],
    [1, (random) => `WORKDIR /w${random.int(3)}`],
    [1, (random) => `CMD ["${random.words(1)}"]`],
    [1, (random) => `# ${random.words()}`],
    [1, (random) => `ONBUILD COPY ${file(random)} ${out()}/`],
    [0.5, (random) => `ENV WHERE=$VERSION ${random.words(1)}=\${WHERE:-x}`],
    [0.5, () => `USER 1000`],
  ];
  return (model, stage, random) =>
    random.weighted(
      [[6, copies], ...(stage.shell ? [[2.5, runs]] : []), [1.5, settings]].map(([weight, of]) => [
        weight,
        () => random.weighted(of)(random, model, stage),
      ]),
    )();
}

function earlier(model, stage, random) {
  const before = model.stages.slice(0, model.stages.indexOf(stage));
  if (before.length === 0) throw new NothingToPick();
  return random.pick(before).id;
}
