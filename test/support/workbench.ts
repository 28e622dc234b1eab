import { env } from 'cloudflare:workers';
import { app } from '../../src/app.ts';
import { type Context, newContext } from '../../src/platform/context.ts';
import type { Send } from './client.ts';
import { overhearAnswer } from './secrets.ts';

/** The Worker's bindings with some of them changed: a failing store, another secret. */
const bindings = (changed: object = {}): Env => ({ ...env, ...changed });

/** Calls the Worker at its door with other bindings, and waits for what it left to do after the answer. */
export const sendWith =
  (changed: object): Send =>
  async (method, path, body, headers = {}) => {
    const left: Promise<unknown>[] = [];
    const request = new Request(`https://footlight.test${path}`, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const context = { waitUntil: (work: Promise<unknown>) => left.push(work), passThroughOnException: () => undefined };
    const response = await app.fetch(request, bindings(changed), context as unknown as ExecutionContext);
    // As bytes: workerd warns of a text that does not say that it is one, such as JSON Lines.
    const text = new TextDecoder().decode(await response.arrayBuffer());
    overhearAnswer(response, text);
    await Promise.all(left);
    const json = /json(;|$)/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: json && text !== '' ? JSON.parse(text) : text };
  };

/** A context for calling commands directly, for what the door can't show: interleavings, counts, chores. */
export const contextWith = (changed: object = {}, more: Partial<Context> = {}): Context =>
  Object.assign(
    newContext(bindings(changed), {
      requestId: null,
      traceId: null,
      waitUntil: (work) => void work.catch(() => undefined),
    }),
    more,
  );

/** Rows of D1, for arranging and looking at what no route shows. */
export const d1 = async (query: string, ...values: unknown[]): Promise<any[]> =>
  (
    await env.DB.prepare(query)
      .bind(...values)
      .all()
  ).results;

/** The schema's own tables. @param where a condition on the rows of sqlite_master */
export const tablesWhere = async (where: string): Promise<string[]> =>
  (
    await d1(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_cf%' ESCAPE '\\'
       AND name NOT LIKE 'content_search%' AND name NOT LIKE 'd1_%' AND ${where} ORDER BY name`,
    )
  ).map(({ name }) => name);

/**
 * The rows of tables as JSON, sorted, to compare before and after: in one round trip, for there are many tables.
 * @param where a condition for all of them, with its values
 */
export async function rowsOf(
  tables: readonly string[],
  where = 'true',
  ...values: unknown[]
): Promise<Record<string, string[]>> {
  const results = await env.DB.batch(
    tables.map((table) => env.DB.prepare(`SELECT * FROM "${table}" WHERE ${where}`).bind(...values)),
  );
  return Object.fromEntries(
    results.map(({ results: rows }, i) => [tables[i] ?? '', rows.map((row) => JSON.stringify(row)).toSorted()]),
  );
}
