import { env } from 'cloudflare:workers';
import { randomFrom } from '../../src/evaluations/domain/random.ts';

/** Decides where something crashes, the same for the same seed. */
export class Crashes {
  readonly #random: () => number;
  readonly #share: number;
  count = 0;

  /** @param share of all calls that are cut short, 0 to 1 */
  constructor(seed: string, share: number) {
    this.#random = randomFrom(seed);
    this.#share = share;
  }

  /** A call that may be cut short: before it is made, or after it was, when nobody hears of it any more. */
  async around<T>(call: () => Promise<T>): Promise<T> {
    const chance = this.#random() / 4_294_967_296;
    if (chance < this.#share / 2) throw this.#crash('before');
    const result = await call();
    if (chance < this.#share) throw this.#crash('after');
    return result;
  }

  /** Whether something that is asked falls to it. */
  falls(): boolean {
    const does = this.#random() / 4_294_967_296 < this.#share;
    if (does) this.count += 1;
    return does;
  }

  #crash(when: string): Error {
    this.count += 1;
    return new Error(`crashed ${when} a call`);
  }
}

const CALLS = new Set<string | symbol>(['all', 'raw', 'run', 'first']);

/** D1 that breaks off now and then. */
export function crashingDb(crashes: Crashes): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const statement = (of: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(of, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => unknown;
        if (property === 'bind') return (...values: unknown[]) => statement(method(...values) as D1PreparedStatement);
        return CALLS.has(property)
          ? (...args: unknown[]) => crashes.around(() => method(...args) as Promise<unknown>)
          : method;
      },
    });
    originals.set(proxy, of);
    return proxy;
  };
  return new Proxy(env.DB, {
    get(target, property) {
      if (property === 'prepare') return (query: string) => statement(target.prepare(query));
      if (property === 'batch') {
        return (statements: D1PreparedStatement[]) =>
          crashes.around(() => target.batch(statements.map((each) => originals.get(each) ?? each)));
      }
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A namespace of Durable Objects whose calls break off now and then. */
export const crashingObjects = (namespace: { getByName(name: string): object }, crashes: Crashes): object =>
  new Proxy(namespace, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (property !== 'getByName') return typeof value === 'function' ? value.bind(target) : value;
      return (name: string) => {
        const stub = target.getByName(name) as Record<string | symbol, (...args: unknown[]) => Promise<unknown>>;
        return new Proxy(stub, {
          get:
            (_, method) =>
            (...args: unknown[]) =>
              crashes.around(async () => stub[method]!(...args)),
        });
      };
    },
  });
