import type { Actor, TenantScope } from '../kernel/actor.ts';
import { type Config, loadConfig } from './config.ts';
import { type Db, openDb, type Statement } from './db/db.ts';
import { noOperations, type Operations } from './operations.ts';

/** What one piece of work is done with: a request, a sweep, a Durable Object's call. Time and I/O come from here. */
export interface Context {
  readonly env: Env;
  readonly config: Config;
  readonly db: Db;
  readonly operations: Operations;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly requestId: string | null;
  /** W3C trace id, 32 hexadecimal digits. */
  readonly traceId: string | null;
  /** Lets work go on after the answer. Not durable: something else must repair what it leaves undone. */
  waitUntil(work: Promise<unknown>): void;
  /** Work that a caller may repeat under an Idempotency-Key. */
  readonly idempotency?: IdempotencyClaim;
}

/** Work for an actor in a tenant: what every command and query of a room takes first. */
export interface TenantContext extends Context {
  readonly actor: Actor;
  readonly scope: TenantScope;
}

/** A held Idempotency-Key. */
export interface IdempotencyClaim {
  /**
   * The statement that records an answer in the batch of its effect, so that the two happen together. In an object,
   * because a promise of a drizzle statement would run it.
   */
  complete(status: number, body: unknown): Promise<{ statement: Statement }>;
}

/** A context with more in it. The base is its prototype, so that what is computed lazily stays so. */
export function derive<C extends Context, E extends object>(base: C, extra: E): C & E {
  return Object.assign(Object.create(base) as C, extra);
}

/** The context of an actor: made only where its credential was checked, or by the system. */
export function forActor(context: Context, actor: Actor): TenantContext {
  return derive(context, { actor, scope: { tenantId: actor.tenantId } });
}

/**
 * A context for one piece of work. A configuration that will not do surfaces where it is first read, so that
 * /health and /readiness can still answer.
 */
export function newContext(env: Env, of: Pick<Context, 'requestId' | 'traceId' | 'waitUntil'>): Context {
  const operations = noOperations();
  let db: Db | undefined;
  return {
    env,
    get config(): Config {
      return loadConfig(env);
    },
    // Made where it is first used: the edge's reads need none, and making one costs as much as all they do.
    get db(): Db {
      return (db ??= openDb(env.DB, operations));
    },
    operations,
    now: () => Date.now(),
    ...of,
  };
}
