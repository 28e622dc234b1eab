import { listDurableObjectIds, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { toBase64Url, utf8 } from '../../src/kernel/bytes.ts';

/** Where a text came from. */
type Place = 'log' | 'answer' | 'event' | `${'row' | 'kv' | 'r2' | 'object'} ${string}`;

const hidden = new Set<string>();
const heard: [place: Place, text: string][] = [];

/** A secret that a test uses: once its file is through, it must stand nowhere. See test/setup.ts. */
export function secret(value: string): string {
  hidden.add(value);
  return value;
}

/** Begins anew: with the next file. */
export function forgetSecrets(): void {
  hidden.clear();
  heard.length = 0;
}

/** Keeps what was said, until the file is through. */
export function overhear(place: 'log' | 'answer' | 'event', text: string): void {
  heard.push([place, text]);
}

/** An answer, with its headers. */
export function overhearAnswer({ headers }: Response, text: string): void {
  overhear('answer', `${JSON.stringify([...headers])}\n${text}`);
}

/** Ours are no news on the screen unless something is wrong. */
const isUsual = (line: unknown): boolean =>
  typeof line === 'string' && /^\{"time":"[^"]+","level":"(?!error)/.test(line);

const original = globalThis.console;

/** Listens to the console, whoever else has put a spy there. Lines of the Worker's log below `error` are not printed. */
export function overhearConsole(): void {
  globalThis.console = new Proxy(original, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return new Proxy(method, {
        apply(say, _this, said: unknown[]) {
          overhear('log', said.map((part) => (typeof part === 'string' ? part : describe(part))).join(' '));
          // The console's own methods are its prototype's; a spy is put on itself.
          if (!Object.hasOwn(target, name) && isUsual(said[0])) return undefined;
          return Reflect.apply(say, target, said);
        },
      });
    },
  });
}

function describe(part: unknown): string {
  if (part instanceof Error) return `${part.stack ?? ''} ${part.message} ${describe(part.cause)}`;
  try {
    return JSON.stringify(part) ?? String(part);
  } catch {
    return String(part);
  }
}

/** How a secret may stand in a text: as it is, or as JSON, a URL or base64 writes it, wherever in the base64 it begins. */
function formsOf(value: string): string[] {
  const bytes = utf8(value);
  const based = [0, 1, 2].flatMap((before) => {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    // Characters that a neighbour has a part in are left out.
    const whole = Math.floor((shifted.length * 8) / 6);
    const text = toBase64Url(shifted).slice(Math.ceil((before * 8) / 6), whole);
    return [text, text.replaceAll('-', '+').replaceAll('_', '/')];
  });
  return [...new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...based])];
}

/**
 * Where secrets stand that should not: in all that was logged, answered or streamed so far, and in all that is stored now.
 * @returns the places, each once
 */
export async function leaksOf(secrets: Iterable<string>): Promise<string[]> {
  const forms = [...secrets].flatMap(formsOf);
  if (forms.length === 0) return [];
  const places = new Set<string>();
  for (const [place, text] of [...heard, ...(await stored())]) {
    if (!places.has(place) && forms.some((form) => text.includes(form))) places.add(place);
  }
  return [...places].toSorted();
}

/** @throws Error when a secret that this file has used stands somewhere */
export async function assertNoLeaks(secrets: Iterable<string> = hidden): Promise<void> {
  const leaks = await leaksOf(secrets);
  if (leaks.length > 0) throw new Error(`A secret of this file's tests stands in: ${leaks.join(', ')}`);
}

async function stored(): Promise<[Place, string][]> {
  const all = await Promise.all([rows(), pairs(), files(), objects(env.EXECUTIONS), objects(env.LIMITS)]);
  return all.flat();
}

async function rows(): Promise<[Place, string][]> {
  const { results: tables } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
  ).all<{ name: string }>();
  const [first, ...rest] = tables.map(({ name }) => env.DB.prepare(`SELECT * FROM "${name}"`));
  if (first === undefined) return [];
  const found = await env.DB.batch([first, ...rest]);
  return found.map(({ results }, i) => [`row ${tables[i]?.name}`, JSON.stringify(results)]);
}

async function pairs(): Promise<[Place, string][]> {
  const found: [Place, string][] = [];
  for (let cursor: string | null = null, isLast = false; !isLast;) {
    const page: KVNamespaceListResult<unknown> = await env.EDGE.list({ cursor });
    const names = page.keys.map(({ name }) => name);
    for (let at = 0; at < names.length; at += 100) {
      const values = await env.EDGE.get(names.slice(at, at + 100));
      for (const [name, value] of values) found.push([`kv ${name.split(':')[0]}`, `${name}\n${value}`]);
    }
    isLast = page.list_complete;
    cursor = page.list_complete ? null : page.cursor;
  }
  return found;
}

async function files(): Promise<[Place, string][]> {
  const { objects: listed } = await env.OUTPUTS.list();
  return Promise.all(
    listed.map(async ({ key }): Promise<[Place, string]> => [
      `r2 ${key.split('/')[0]}`,
      `${key}\n${await (await env.OUTPUTS.get(key))?.text()}`,
    ]),
  );
}

async function objects(namespace: DurableObjectNamespace): Promise<[Place, string][]> {
  const ids = await listDurableObjectIds(namespace);
  return Promise.all(
    ids.map((id) =>
      runInDurableObject(namespace.get(id), async (instance, { storage }): Promise<[Place, string]> => {
        return [`object ${instance.constructor.name}`, JSON.stringify([...(await storage.list())])];
      }),
    ),
  );
}
