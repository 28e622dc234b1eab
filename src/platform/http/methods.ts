import type { Env, Hono } from 'hono';

/**
 * The methods that a path understands, from the routes themselves; middleware for all paths does not count. Where there
 * is a GET there is a HEAD.
 */
export function methodsAt<E extends Env>(app: Hono<E>, path: string): string[] {
  const found = new Set<string>();
  for (const route of app.routes) {
    if (route.method !== 'ALL' && patternOf(route.path).test(path)) found.add(route.method);
  }
  if (found.has('GET')) found.add('HEAD');
  return [...found].toSorted();
}

const patterns = new Map<string, RegExp>();

function patternOf(path: string): RegExp {
  let pattern = patterns.get(path);
  if (pattern === undefined) {
    const source = path
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z]+(\\{[^}]*\}|\{[^}]*\})?/g, (_, rest) => (rest === undefined ? '[^/]+' : '.+'));
    pattern = new RegExp(`^${source}$`);
    patterns.set(path, pattern);
  }
  return pattern;
}
