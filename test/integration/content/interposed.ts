import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { app } from '../../../src/app.ts';
import type { Answer, Person } from '../../support/client.ts';
import { KeptQueue } from '../../support/queues.ts';

/**
 * Sends a request through the app with something else happening right before its nth write: between what it read and
 * what it does about it.
 * @param before called before each batch that writes, counting from 1
 */
export async function sendInterposed(
  by: Person,
  method: string,
  path: string,
  body: unknown,
  before: (write: number) => Promise<void>,
  more: Record<string, string> = {},
): Promise<Answer & { roundTrips: number }> {
  let writes = 0;
  let roundTrips = 0;
  const texts = new WeakMap<object, string>();
  const counted = (statement: D1PreparedStatement, text: string): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, property) {
        if (property === 'bind') return (...values: unknown[]) => counted(target.bind(...values), text);
        if (['all', 'raw', 'run', 'first'].includes(String(property))) roundTrips++;
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    texts.set(proxy, text);
    real.set(proxy, statement);
    return proxy;
  };
  const real = new WeakMap<object, D1PreparedStatement>();
  const db = new Proxy(env.DB, {
    get(target, property) {
      if (property === 'prepare') return (text: string) => counted(target.prepare(text), text);
      if (property === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          roundTrips++;
          if (statements.some((statement) => /^\s*(insert|update|delete)/i.test(texts.get(statement) ?? '')))
            await before(++writes);
          return target.batch(statements.map((statement) => real.get(statement) ?? statement));
        };
      }
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const headers = { authorization: `Bearer ${by.accessToken}`, ...more };
  const request = new Request(`https://footlight.test${path}`, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const context = createExecutionContext();
  // What is told on behind the answer is no part of it.
  const EVENTS = new KeptQueue();
  EVENTS.refuses = () => true;
  const response = await app.fetch(request, { ...env, DB: db, EVENTS }, context);
  await waitOnExecutionContext(context);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? '' : JSON.parse(text), roundTrips };
}

/** Holds a version fast, as the deployments room does. */
export const hold = async (
  by: Person,
  versionId: string,
  kind: 'deployment' | 'active',
  label: string,
  holder = label,
): Promise<void> => {
  await env.DB.prepare(
    `INSERT INTO holds (tenant_id, holder, version_id, entry_id, kind, label)
     SELECT tenant_id, ?, id, entry_id, ?, ? FROM versions WHERE tenant_id = ? AND id = ?`,
  )
    .bind(holder, kind, label, by.tenantId, versionId)
    .run();
};

export const letGo = async (by: Person, holder: string): Promise<void> => {
  await env.DB.prepare('DELETE FROM holds WHERE tenant_id = ? AND holder = ?').bind(by.tenantId, holder).run();
};

/** The rows of a statement, as objects. */
export const rows = async <T = any>(statement: string, ...values: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(statement)
      .bind(...values)
      .all<T>()
  ).results;
