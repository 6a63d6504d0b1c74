/**
 * Cycles of a graph, one for every group of files that reach each other: the shortest through its first file.
 * @param edges file → `{file, line}[]`
 * @returns `{path, line}`; the path ends where it starts, the line is that of its first import
 */
export function findCycles(edges) {
  const reported = new Set();
  const cycles = [];
  for (const start of [...edges.keys()].sort()) {
    if (reported.has(start)) continue;
    const path = shortestLoop(start, edges);
    if (path === undefined) continue;
    for (const file of path) reported.add(file);
    cycles.push({ path, line: edges.get(start).find(({ file }) => file === path[1])?.line ?? 1 });
  }
  return cycles;
}

function shortestLoop(start, edges) {
  const cameFrom = new Map();
  const queue = [start];
  for (const file of queue) {
    for (const { file: next } of edges.get(file) ?? []) {
      if (next === start) return unwind(file, start, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function unwind(last, start, cameFrom) {
  const path = [start];
  for (let file = last; file !== start; file = cameFrom.get(file)) path.unshift(file);
  return [start, ...path];
}
