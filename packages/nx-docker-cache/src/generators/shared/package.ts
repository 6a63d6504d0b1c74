/** As nx.json, package.json and executors name this package. */
export const PACKAGE = 'nx-docker-cache';
export const BUILD_EXECUTOR = `${PACKAGE}:build`;
