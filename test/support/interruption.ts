import { runInDurableObject } from 'cloudflare:test';

/** How a step is cut short: an error that goes up the stack, or the whole object gone in the middle of it. */
export type Cut = 'throws' | 'aborts';

type Step = (...args: unknown[]) => Promise<unknown>;
type Steps = Record<string, Step>;
type Method = (...args: any[]) => any;

/**
 * Cuts one step of a Durable Object short, the next time it is taken: one of its ports, or one of its own methods
 * (`publish`, `announce`).
 */
export async function interrupt(
  stub: DurableObjectStub,
  step: string,
  when: 'before' | 'after',
  cut: Cut,
): Promise<void> {
  await interpose(stub, step, async (go, state) => {
    if (when === 'after') await go();
    if (cut === 'throws') throw new Error(`cut short ${when} ${step}`);
    state.abort(`gone ${when} ${step}`);
    return new Promise(() => undefined);
  });
}

/** Takes something else in a step's place the next `times` it is taken; `go` is what it does by itself. */
export async function interpose(
  stub: DurableObjectStub,
  step: string,
  instead: (go: () => Promise<unknown>, state: DurableObjectState) => Promise<unknown>,
  times = 1,
): Promise<void> {
  await runInDurableObject(stub, (instance, state) => {
    const object = instance as unknown as Steps & { ports: Steps };
    const isPort = step in object.ports;
    const original = isPort ? object.ports[step] : object[step];
    if (original === undefined) throw new Error(`there is no step ${step}`);
    let left = times;
    const interposed: Step = (...args) => {
      const go = (): Promise<unknown> => original.apply(isPort ? object.ports : object, args);
      return left-- > 0 ? instead(go, state) : go();
    };
    if (isPort) object.ports = { ...object.ports, [step]: interposed };
    else object[step] = interposed;
  });
}

/** Gives a running object other bindings, until it is evicted. */
export async function rebind(stub: DurableObjectStub, changed: (env: Env) => object): Promise<void> {
  await runInDurableObject(stub, (instance) => {
    const object = instance as unknown as { env: Env };
    const env = { ...object.env, ...changed(object.env) };
    Object.defineProperty(object, 'env', { value: env, configurable: true, writable: true });
  });
}

/** A binding of which one method is another. */
export const withMethod = <B extends object>(binding: B, method: string, make: (original: Method) => Method): B =>
  new Proxy(binding, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      const bound = value.bind(target) as Method;
      return property === method ? make(bound) : bound;
    },
  });

/** When an object's alarm is due (ms), or null. */
export const alarmOf = (stub: DurableObjectStub): Promise<number | null> =>
  runInDurableObject(stub, (_instance, state) => state.storage.getAlarm());
