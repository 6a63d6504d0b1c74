/**
 * What is the engine's or the registry's trouble, and no answer about the build. None of it is ever counted.
 */
const TROUBLE = [
  /rpc error: code = (?:Unavailable|Canceled|DeadlineExceeded|Aborted|ResourceExhausted)/,
  /(?:unexpected |: )EOF\b/,
  /connect(?:ion)? ?(?:refused|reset|closed)|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|broken pipe|fetch failed|socket hang up/i,
  /Cannot connect to the Docker daemon|error during connect|failed to (?:receive status|dial|list workers)/,
  /context canceled|context deadline exceeded|i\/o timeout|TLS handshake timeout|timed out/i,
  /no space left on device|cannot allocate memory|too many open files/,
  /failed to push|unexpected status from (?:PUT|POST|HEAD)|was interrupted|registry did not answer/,
];

/** An image that does not exist, say where a stage lost its name: the registries here have busybox, and no more. */
const NO_SUCH_IMAGE = /docker\.io\/(?:v2\/)?library\/(?!busybox\b)/;

/** true for an error that says nothing about the build itself */
export const isTrouble = (text) => !NO_SUCH_IMAGE.test(text) && TROUBLE.some((pattern) => pattern.test(text));

/** The engine or the registry has gone: nothing can be said any more. */
export class EngineLost extends Error {}

/**
 * Asks until there is an answer.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => string | undefined} trouble what keeps an answer from counting
 * @returns {Promise<T[]>} the answers in their order, of which the last one counts
 * @throws EngineLost
 */
export async function persistently(ask, trouble, waits = [500, 3_000]) {
  const answers = [];
  for (let attempt = 0; ; attempt++) {
    answers.push(await ask());
    const found = trouble(answers.at(-1));
    if (found === undefined) return answers;
    if (attempt === waits.length) throw new EngineLost(found);
    await new Promise((resolve) => setTimeout(resolve, waits[attempt]));
  }
}
