import { DurableObject } from 'cloudflare:workers';
import type {
  Activated,
  ActivationCall,
  DeploymentView,
  EnvironmentRef,
} from '../src/deployments/domain/deployment.ts';
import type { EnvironmentPorts } from '../src/deployments/domain/ports.ts';
import { AppError, type Failure, type Outcome, success, toFailure } from '../src/kernel/errors.ts';
import { describeError, log } from '../src/platform/log/log.ts';
import { Serial } from '../src/platform/serial.ts';
import { acceptWatcher, tellWatchers } from '../src/platform/watchers.ts';

/** How long a begun activation may take before the alarm looks after it (ms). */
const WATCHDOG_MS = 15_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 60_000;
/** How often an activation is begun anew before it is given up: until then it keeps all others out. */
const ATTEMPTS_MAX = 10;

/**
 * One environment's activations, one after the other. What is remembered here is only what the alarm needs to end what
 * was begun: `pending` is set before D1 is touched, `published` says how far KV has come.
 */
export abstract class EnvironmentObjectBase<P> extends DurableObject<Env> {
  protected abstract readonly ports: EnvironmentPorts<P>;
  readonly #serial = new Serial();

  /** @returns the deployment as it became; null: look at it, it was ended by somebody else */
  activate(call: ActivationCall): Promise<Outcome<DeploymentView | null>> {
    return this.#serial.run(async () => {
      // What an earlier crash left behind comes first: only one activation is remembered at a time.
      const resumed = await this.#resume();
      const environment = { tenantId: call.actor.tenantId, ...call.environment };
      await this.ctx.storage.put({ pending: call, environment, tries: 0, attempts: 0 });
      await this.#wakeWithin(WATCHDOG_MS);
      const outcome = await this.#go(call);
      await this.ctx.storage.delete('pending');
      if (!outcome.ok && !resumed) return outcome;
      try {
        await this.publish(environment);
      } catch (error) {
        // D1 has it, so it is done; KV follows by alarm.
        this.report('bundles not published', error);
        await this.#wakeWithin(FIRST_RETRY_MS);
      }
      return outcome;
    });
  }

  /** Sets the alarm, never later than it is: activations that come and are refused must not put a repair off for ever. */
  async #wakeWithin(ms: number): Promise<void> {
    const due = await this.ctx.storage.getAlarm();
    const at = Date.now() + ms;
    if (due === null || due > at) await this.ctx.storage.setAlarm(at);
  }

  async #go(call: ActivationCall): Promise<Outcome<DeploymentView | null>> {
    let prepared: P;
    try {
      prepared = await this.ports.start(this.env, call);
    } catch (error) {
      // Refused: nothing happened. After any other error something may have: the alarm looks after it.
      return toFailure(error);
    }
    try {
      return success(await this.ports.commit(this.env, call, prepared));
    } catch (error) {
      this.report('activation not committed', error);
      const outcome = await this.#finish(call);
      // Of what succeeds, the deployment's object tells by itself.
      if (!outcome.ok) await this.#announceDeployment(call);
      return outcome;
    }
  }

  republish(environment: EnvironmentRef, names: readonly string[]): Promise<void> {
    return this.#serial.run(() => this.ports.publishNames(this.env, environment, names));
  }

  /** Brings KV up to D1, then tells subscribers. Repeats both where either was cut short. */
  protected async publish(environment: EnvironmentRef): Promise<void> {
    const since = (await this.ctx.storage.get<number>('published')) ?? 0;
    for (const activated of await this.ports.publishSince(this.env, environment, since)) {
      await this.announce(environment, activated);
      await this.ctx.storage.put('published', activated.generation);
    }
  }

  protected async announce(environment: EnvironmentRef, { generation, names }: Activated): Promise<void> {
    const message = { type: 'activated', generation, names };
    await tellWatchers(this.ctx, this.env, environment.tenantId, this.ports.mayWatch, message);
  }

  /** Ends what was begun. Must not throw: after six failures an alarm is dropped for good. */
  override async alarm(): Promise<void> {
    await this.#serial.run(async () => {
      const environment = await this.ctx.storage.get<EnvironmentRef>('environment');
      if (environment === undefined) return;
      try {
        await this.#resume();
        await this.publish(environment);
        await this.ctx.storage.put('tries', 0);
      } catch (error) {
        this.report('repair failed', error);
        const tries = ((await this.ctx.storage.get<number>('tries')) ?? 0) + 1;
        await this.ctx.storage.put('tries', tries);
        await this.ctx.storage.setAlarm(
          Date.now() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 10)),
        );
      }
    });
  }

  /** Ends what is remembered as begun. @returns whether there was something */
  async #resume(): Promise<boolean> {
    const call = await this.ctx.storage.get<ActivationCall>('pending');
    if (call === undefined) return false;
    await this.#finish(call);
    await this.ctx.storage.delete('pending');
    await this.#announceDeployment(call);
    return true;
  }

  /** Nobody waits for this: what fails here must not keep other activations out. */
  async #announceDeployment(call: ActivationCall): Promise<void> {
    try {
      await this.ports.announceDeployment(this.env, call);
    } catch (error) {
      this.report('watchers not told', error);
    }
  }

  /** A deployment that was marked `deploying` goes through or fails; one that was not is as if never asked. */
  async #finish(call: ActivationCall): Promise<Outcome<DeploymentView | null>> {
    if (!(await this.ports.isUnfinished(this.env, call))) return success(null);
    try {
      return success(await this.ports.commit(this.env, call, await this.ports.start(this.env, call)));
    } catch (error) {
      const failure = await this.#failureOf(error);
      await this.ports.fail(this.env, call, failure.detail);
      return failure;
    }
  }

  /** What an error means for what was begun. A surprise is thrown on and it is tried again, but not for ever. */
  async #failureOf(error: unknown): Promise<Failure> {
    const attempts = ((await this.ctx.storage.get<number>('attempts')) ?? 0) + 1;
    await this.ctx.storage.put('attempts', attempts);
    if (attempts < ATTEMPTS_MAX || error instanceof AppError) return toFailure(error);
    this.report('activation given up', error);
    return toFailure(new AppError('unavailable', `It could not be written in ${attempts} attempts. Request it anew.`));
  }

  /** A WebSocket of somebody whom src/deployments/routes has let in. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade') === null) return new Response(null, { status: 204 }); // readiness
    const environment = environmentOf(request);
    const generation = await this.ports.generationOf(this.env, environment);
    return acceptWatcher(this.ctx, request, { type: 'hello', generation, names: [] });
  }

  protected report(message: string, error: unknown): void {
    log('info', 'error', message, { object: 'environment', ...describeError(error) });
  }
}

function environmentOf(request: Request): EnvironmentRef {
  return JSON.parse(request.headers.get('x-footlight-environment') ?? '{}') as EnvironmentRef;
}
