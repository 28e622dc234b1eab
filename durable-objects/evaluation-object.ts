import { DurableObject } from 'cloudflare:workers';
import { isOver, type Progress } from '../src/evaluations/domain/evaluation.ts';
import type { EvaluationPorts } from '../src/evaluations/domain/ports.ts';
import { describeError, log } from '../src/platform/log/log.ts';
import { acceptWatcher, tellWatchers } from '../src/platform/watchers.ts';

/** How often it is looked how far an evaluation has come, while somebody watches (ms): when it goes on, and when it stands. */
const LOOK_MS = { running: 1_000, paused: 15_000 } as const;
const DONE = 1000;

/** Which evaluation it is, and what those who watch were last told of it. */
interface Kept {
  of: { tenantId: string; evaluationId: string };
  told: string;
}

/**
 * Shows how far one evaluation has come to those who watch. Its truth is in D1, and it is looked at there, once a second for
 * however many: what is only told on its way gets lost with whoever tells it. Without watchers nothing happens here at all.
 */
export abstract class EvaluationObjectBase extends DurableObject<Env> {
  protected abstract readonly ports: EvaluationPorts;

  /** It was moved by somebody: those who watch need not wait for the next look. */
  async changed(tenantId: string, evaluationId: string): Promise<void> {
    if (this.ctx.getWebSockets().length === 0) return;
    this.#keep('of', { tenantId, evaluationId });
    await this.#look();
  }

  /** A WebSocket of somebody whom src/evaluations/routes has let in. */
  override async fetch(request: Request): Promise<Response> {
    const header = request.headers.get('x-footlight-evaluation');
    if (header === null) return new Response(null, { status: 204 }); // readiness
    const of = JSON.parse(header) as Kept['of'];
    const progress = await this.ports.read(this.env, of.tenantId, of.evaluationId);
    if (progress === null) return new Response(null, { status: 404 });
    // Others who watch hear of its end first.
    if (isOver(progress.status)) await this.#look();
    const response = acceptWatcher(this.ctx, request, messageOf(progress));
    if (isOver(progress.status)) {
      await this.#close();
    } else {
      this.#keep('of', of);
      await this.#lookAgain(progress);
    }
    return response;
  }

  /** Must not throw: after six failures an alarm is dropped for good. */
  override async alarm(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      log('info', 'error', 'progress not told', { object: 'evaluation', ...describeError(error) });
      await this.ctx.storage.setAlarm(Date.now() + LOOK_MS.paused);
    }
  }

  async #look(): Promise<void> {
    const of = this.ctx.storage.kv.get<Kept['of']>('of');
    if (of === undefined || this.ctx.getWebSockets().length === 0) return this.#forget();
    const progress = await this.ports.read(this.env, of.tenantId, of.evaluationId);
    if (progress === null) return this.#forget();
    const message = messageOf(progress);
    const told = JSON.stringify(message);
    if (this.ctx.storage.kv.get<string>('told') !== told) {
      await tellWatchers(this.ctx, this.env, of.tenantId, this.ports.mayWatch, message);
      this.#keep('told', told);
    }
    if (isOver(progress.status)) return this.#close();
    return this.#lookAgain(progress);
  }

  async #lookAgain({ status }: Progress): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + (status === 'paused' ? LOOK_MS.paused : LOOK_MS.running));
  }

  async #close(): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) socket.close(DONE, 'done');
    await this.#forget();
  }

  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #keep<K extends keyof Kept>(key: K, value: Kept[K]): void {
    this.ctx.storage.kv.put(key, value);
  }
}

const messageOf = (progress: Progress): object => ({ type: 'progress', ...progress });
