/** The Dockerfiles that people have, each as a function of its project. */

/**
 * @typedef {object} Project
 * @property {string} name as its package is called
 * @property {string} root folder from the workspace root
 * @property {keyof typeof SHAPES} shape
 * @property {string[]} libraries folders of the libraries that it needs, those of libraries included
 * @property {string} [base] reference that it is built FROM, another project's image
 * @property {string[]} extra instructions that edits have added, before the last stage ends
 * @property {Record<string, string>} buildArgs
 */

export const SHAPES = {
  /** The project's folder is the context. */
  own: {
    context: (project) => project.root,
    options: () => ({}),
    text: (project, { external }) => `FROM ${external}
WORKDIR /app
COPY src ./src
COPY package.json ./
${lines(project.extra)}CMD ["ls", "/app"]
`,
  },
  /** The workspace is the context, libraries are copied by name, a stage builds. */
  layered: {
    context: () => '.',
    options: () => ({}),
    text: (project, { external }) => `FROM ${external} AS builder
WORKDIR /workspace
COPY package.json package-lock.json ./
${lines(project.libraries.map((folder) => `COPY ${folder}/src ${folder}/src`))}COPY ${project.root}/src ${project.root}/src
${compile(project)}
FROM ${external}
${lines(project.extra)}COPY --link --from=builder /out.txt /app/out.txt
`,
  },
  /** All of the workspace, as most people write it; what no package of the project needs is left out by `prune`. */
  wide: {
    context: () => '.',
    options: () => ({ prune: 'graph' }),
    text: (project, { external }) => `FROM ${external} AS builder
WORKDIR /workspace
COPY . .
${compile(project)}
FROM ${external}
${lines(project.extra)}COPY --from=builder /out.txt /app/out.txt
`,
  },
  /** The same and no `prune`: every change that the ignore file lets through is a build. */
  everything: {
    context: () => '.',
    options: () => ({}),
    text: (project, at) => SHAPES.wide.text(project, at),
  },
  /** On the image of another project. */
  onBase: {
    context: () => '.',
    options: () => ({}),
    text: (project, { external }) => `FROM ${project.base ?? external}
${lines(project.extra)}COPY ${project.root}/src /app/src
`,
  },
  /** With build args that a step consumes, and one that nothing does. */
  args: {
    context: (project) => project.root,
    options: ({ buildArgs }) => ({ buildArgs }),
    text: (project, { external }) => `FROM ${external}
ARG GREETING=none
ARG UNUSED=none
RUN echo "$GREETING" > /greeting
${lines(project.extra)}COPY src /app/src
`,
  },
};

/** Only what the project needs gets into the result, so that a full build of a change elsewhere makes the same image. */
function compile({ root, libraries }) {
  const folders = [...libraries, root].map((folder) => `${folder}/src`);
  return `RUN find ${folders.join(' ')} -type f | sort | xargs cat > /out.txt`;
}

const lines = (texts) => texts.map((text) => `${text}\n`).join('');
