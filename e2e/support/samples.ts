/**
 * Two stages without a download: `deps.txt` stands for what is installed and hardly ever changes, `src` for
 * what does.
 */
export const TWO_STAGES = `FROM busybox AS builder
WORKDIR /app
COPY deps.txt .
RUN sort deps.txt > installed.txt && echo installed
COPY src src
RUN cat installed.txt src/* > built.txt && echo built

FROM busybox
COPY --from=builder /app/built.txt /built.txt
CMD ["cat", "/built.txt"]
`;

export const INSTALL = 'builder: RUN sort deps.txt > installed.txt && echo installed';
export const COMPILE = 'builder: RUN cat installed.txt src/* > built.txt && echo built';
export const ASSEMBLE = 'stage-1: COPY --from=builder /app/built.txt /built.txt';

/** Files of a project in `folder` that is built so. */
export function twoStages(folder: string, source = 'one'): Record<string, string> {
  return {
    [`${folder}/Dockerfile`]: TWO_STAGES,
    [`${folder}/deps.txt`]: 'b\na\n',
    [`${folder}/src/main.txt`]: `${source}\n`,
  };
}

/** One step and nothing to reuse: for what the build's content does not matter to. */
export const ONE_STEP = `FROM busybox
COPY app.txt /app.txt
CMD ["cat", "/app.txt"]
`;

export function oneStep(folder: string): Record<string, string> {
  return { [`${folder}/Dockerfile`]: ONE_STEP, [`${folder}/app.txt`]: 'hello\n' };
}
