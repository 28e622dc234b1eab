import type { Bundle, Tombstone } from '../deployments/public.ts';
import type { ApiKeyActor, UserActor } from '../kernel/actor.ts';
import { heard } from '../platform/kv/heard.ts';
import type { UseTally } from '../platform/queue/gather.ts';
import type { ParsedTemplate } from '../templates/public.ts';
import { end, goodFor, isAlive, type Life } from './domain/lifetime.ts';
import { Lru } from '../kernel/lru.ts';

/** The farthest store that had to be asked for an answer. */
export type Tier = 'memory' | 'kv' | 'd1';

/** A credential that was checked. */
export interface Caller {
  readonly actor: UserActor | ApiKeyActor;
  /** The API key's record as KV had it; null for an access token, which is checked by itself alone. */
  readonly record: string | null;
  /** When it stops, to the millisecond; Infinity for never. */
  readonly expiresAt: number;
  readAt: number;
  /** When KV was last asked whether it still holds (ms). */
  askedAt: number;
}

/** An answer to a fetch, ready to be sent. */
export interface Page {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly generation: number;
  /** All that goes with it when memory answers, but for the request's own id. */
  readonly headers: Headers;
}

/** The pages of one prompt in one language: what is chosen for a subject is a page of its own, however many subjects. */
export interface Pages {
  readonly promptId: string;
  /** Without a subject. */
  readonly own: Page;
  /** For subjects, where there is something to choose between. */
  readonly arms: readonly { tag: string; weight: number; page: Page }[] | null;
}

/** A bundle, and what was made of it. */
export interface Held {
  readonly life: Life;
  /** Null: nothing is active under this name. */
  readonly bundle: Bundle | null;
  /** False: not even the environment exists. */
  readonly inEnvironment: boolean;
  /** By locale served, and whether that is a fallback; those of variants by their tag as well. */
  readonly pages: Map<string, Page>;
  /** By version and locale served. */
  readonly templates: Map<string, readonly ParsedTemplate[]>;
  /** In bytes, roughly. */
  size: number;
}

/** All that is needed to give an answer again: looked up by credential and URL, so that nobody meets another's. */
export interface Ready {
  readonly caller: Caller;
  readonly life: Life;
  readonly pages: Pages;
  /** Count how often each of them is given; those that are not to be counted are left out. */
  readonly tallies: ReadonlyMap<Page, UseTally>;
  /** What a log line says of who asked for what: JSON, from the tenant up to the status. */
  readonly logged: string;
}

// An isolate has 128 MB. Parsed JSON and templates take a few times the room of their text.
const MEGABYTE = 1024 * 1024;
const PARSED_FACTOR = 4;
const callers = new Lru<Caller>(5_000, 10 * MEGABYTE);
const bundles = new Lru<Held>(5_000, 32 * MEGABYTE);
const answers = new Lru<Ready>(5_000, 16 * MEGABYTE);

/** Who presented this Authorization header, if that was checked a moment ago. */
export function recallCaller(authorization: string, now: number): Caller | null {
  const caller = callers.get(authorization);
  return caller !== undefined && now < caller.expiresAt && isAlive(caller, now) ? caller : null;
}

export function rememberCaller(authorization: string, caller: Caller): Caller {
  callers.set(authorization, caller, 2 * authorization.length + 1_000 + (caller.record?.length ?? 0));
  return caller;
}

/** Forgets a credential, and every answer that was given to it. */
export function forgetCaller(authorization: string): void {
  const caller = callers.get(authorization);
  if (caller !== undefined) end(caller);
  callers.delete(authorization);
}

/** A bundle that is young enough, and good for a generation. */
export function recallBundle(key: string, minGeneration: number, now: number): Held | null {
  const held = bundles.get(key);
  return held !== undefined && isAlive(held.life, now) && goodFor(held.life) >= Math.max(minGeneration, heard(key))
    ? held
    : null;
}

/** A bundle that was read: where it came from, and when the read began (ms). */
export interface Reading {
  key: string;
  name: string;
  /** Null: nothing is there. */
  bundle: Bundle | Tombstone | null;
  readAt: number;
  /** The environment's generation where D1 was asked, else 0; null where D1 knows no such environment. */
  asOf: number | null;
  /** Of its JSON, in UTF-16 units. */
  length: number;
}

/**
 * Keeps what was read. An older copy than memory has does not take its place, for a reader must not be thrown back; but
 * it shows that nothing younger was to be had, so that the memory of it lives on.
 */
export function rememberBundle({ key, name, bundle, readAt, asOf, length }: Reading): Held {
  const generation = bundle?.generation ?? 0;
  const known = bundles.get(key);
  if (known !== undefined && known.life.generation >= generation && known.life.readAt !== -Infinity) {
    const same = known.life.generation > generation || known.life.absent === (bundle === null || 'removed' in bundle);
    if (same && known.inEnvironment === (asOf !== null)) {
      known.life.readAt = readAt;
      known.life.asOf = Math.max(known.life.asOf, asOf ?? 0);
      return known;
    }
  }
  if (known !== undefined) end(known.life);
  const active = bundle === null || 'removed' in bundle ? null : bundle;
  const held: Held = {
    life: { key, name, generation, asOf: asOf ?? 0, readAt, askedAt: readAt, absent: active === null },
    bundle: active,
    inEnvironment: asOf !== null,
    pages: new Map(),
    templates: new Map(),
    size: 2 * key.length + 500 + PARSED_FACTOR * length,
  };
  bundles.set(key, held, held.size);
  return held;
}

/** A page of a bundle, made once. */
export function pageOf(held: Held, name: string, make: () => Page): Page {
  const known = held.pages.get(name);
  if (known !== undefined) return known;
  const page = make();
  held.pages.set(name, page);
  held.size += page.body.length + 200;
  if (held.life.readAt !== -Infinity) bundles.set(held.life.key, held, held.size);
  return page;
}

/** The answer that a credential was given for a URL (without its subject) a moment ago, if it still holds. */
export function recallAnswer(authorization: string, url: string, now: number): Ready | null {
  const ready = answers.get(answerKey(authorization, url));
  if (ready === undefined) return null;
  const { caller, life } = ready;
  const holds =
    now < caller.expiresAt && isAlive(caller, now) && isAlive(life, now) && goodFor(life) >= heard(life.key);
  return holds ? ready : null;
}

export function rememberAnswer(authorization: string, url: string, ready: Ready): void {
  const key = answerKey(authorization, url);
  const pages = [ready.pages.own, ...(ready.pages.arms ?? []).map(({ page }) => page)];
  answers.set(key, ready, 2 * key.length + pages.reduce((sum, { body }) => sum + body.length, 1_000));
}

const answerKey = (authorization: string, url: string): string => `${authorization}\n${url}`;
