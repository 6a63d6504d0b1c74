/* eslint-disable @typescript-eslint/no-require-imports -- an import() would need file extensions, and a promise */

/**
 * Rooms that a graph with nothing new does not need. Nx makes its graph before every command, so what is not loaded
 * is saved every time.
 */
export const dockerfileRoom = () => require('../dockerfile') as typeof import('../dockerfile');
export const hintsRoom = () => require('../hints') as typeof import('../hints');
export const optionsRoom = () => require('../options') as typeof import('../options');
