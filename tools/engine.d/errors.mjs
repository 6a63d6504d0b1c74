/** An expected failure: what was expected, what was found, what to do next. */
export class EngineError extends Error {
  /**
   * @param {string} code  stable, for scripts: `ENGINE_…`
   * @param {string} message  what was expected and what was found
   * @param {{hint?: string, cause?: unknown, exitCode?: number}} [more]
   */
  constructor(code, message, { hint, cause, exitCode = 1 } = {}) {
    super(message, { cause });
    this.name = 'EngineError';
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Exit code for "this machine cannot do it", so that a caller can skip instead of fail. */
export const EXIT_UNAVAILABLE = 3;

/** A machine that has neither an engine nor the means to make one. @param {string} found */
export function unavailable(found, hint) {
  const expected =
    'a Docker engine (buildx 0.13 or newer, containerd image store) or a Debian machine with root';
  const error = new EngineError('ENGINE_UNAVAILABLE', `Expected ${expected}; found ${found}.`, {
    hint: hint ?? 'Start Docker and enable its containerd image store, or run this as root on Debian.',
    exitCode: EXIT_UNAVAILABLE,
  });
  return Object.assign(error, { found });
}
