import { DurableObject } from 'cloudflare:workers';
import { type Circuit, CLOSED, type News, permit, type Permission, report } from '../src/executions/domain/breaker.ts';
import type { AdmitCall, Admission, LimitsUse } from '../src/executions/domain/calls.ts';
import { type Bucket, BUDGET_WARNING, draw, monthOf, type Spent, usedShare } from '../src/executions/domain/limits.ts';

/** An execution that has a place. */
interface Place {
  month: string;
  reservedMicros: number;
  /** When it is over, whatever has become of it (ms). */
  until: number;
}

interface Month {
  executions: number;
  /** Micro-USD, of what has ended. */
  costMicros: number;
  warned: boolean;
}

const NOT_ASKED: Permission = { allowed: false, retryAfterMs: 0, probes: false };

const NOTHING: Month = { executions: 0, costMicros: 0, warned: false };

/**
 * One tenant's counters: who is running, what the month has cost, which providers are left alone. They are counted in
 * memory, where nothing comes between a look and a deed, so that two at once are two in a row; and written behind, for
 * who asks waits on it. Should the machine fail in that very moment, a place may be forgotten: the execution is not.
 */
export class LimitsObject extends DurableObject<Env> {
  readonly #places = new Map<string, Place>();
  readonly #months = new Map<string, Month>();
  readonly #circuits = new Map<string, Circuit>();
  #bucket: Bucket | null = null;
  /** Who is about to tell that a budget is nearly used. Should it never come to that, the next one is. */
  #warner: { executionId: string; month: string } | null = null;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { kv } = state.storage;
    for (const [key, place] of kv.list<Place>({ prefix: 'place:' })) this.#places.set(nameIn(key), place);
    for (const [key, month] of kv.list<Month>({ prefix: 'month:' })) this.#months.set(nameIn(key), month);
    for (const [key, circuit] of kv.list<Circuit>({ prefix: 'circuit:' })) this.#circuits.set(nameIn(key), circuit);
    this.#bucket = kv.get<Bucket>('bucket') ?? null;
  }

  /** Takes a place for an execution. Safe to repeat: the same one is counted once. */
  admit({ executionId, now, limits, reservedMicros, until, circuit }: AdmitCall): Admission {
    this.#expire(now);
    const month = monthOf(now);
    const spent = this.#spent(month);
    const share = usedShare(limits, spent);
    if (this.#places.has(executionId)) {
      return { admitted: true, warn: false, usedShare: share, permitted: false, probes: false, again: true };
    }
    const executions = spent.executions + 1;
    const after = usedShare(limits, { executions, costMicros: spent.costMicros + reservedMicros });
    if (share !== null && after !== null && (share >= 1 || after > 1)) {
      return { admitted: false, code: 'budget_exhausted' };
    }
    if (this.#places.size >= limits.concurrentExecutions) {
      return { admitted: false, code: 'rate_limited', reason: 'concurrent', retryAfterMs: 1_000 };
    }
    const { bucket, waitMs } = draw(this.#bucket, limits.executionsPerMinute, now);
    if (bucket === null) return { admitted: false, code: 'rate_limited', reason: 'minute', retryAfterMs: waitMs };
    this.#bucket = bucket;
    this.#write('bucket', bucket);
    const place = { month, reservedMicros, until };
    this.#places.set(executionId, place);
    this.#write(`place:${executionId}`, place);
    this.#count(month, 1, 0);
    const warn = after !== null && after >= BUDGET_WARNING && !this.#month(month).warned && !this.#isWarning(month);
    if (warn) this.#warner = { executionId, month };
    const { allowed: permitted, probes } = circuit === null ? NOT_ASKED : this.permit(circuit, executionId, now);
    return { admitted: true, warn, usedShare: after, permitted, probes, again: false };
  }

  /** The warning of this month was told. */
  warned(now: number): void {
    this.#warn(monthOf(now));
  }

  /**
   * Gives a place back, with what it cost. Safe to repeat: what has no place changes nothing.
   * @param answered the circuit of the provider that answered; null: none did
   */
  settle(executionId: string, costMicros: number, answered: string | null, now: number): void {
    const month = this.#leave(executionId);
    const isNews = month !== null && answered !== null && this.#circuits.has(answered);
    if (isNews) this.report(answered, 'alive', executionId, now);
    this.#endProbes(executionId, now);
    if (month === null) return;
    this.#count(month, 0, costMicros);
    // What ran was stored, and its warning with it.
    if (this.#warner?.executionId === executionId) this.#warn(month);
  }

  /** Gives back the place of what was never accepted: it is not counted, but what it has cost is. Safe to repeat. */
  release(executionId: string, costMicros: number): void {
    this.#endProbes(executionId, Date.now());
    const month = this.#leave(executionId);
    if (month !== null) this.#count(month, -1, costMicros);
  }

  /** Whether an execution may ask a provider. */
  permit(key: string, executionId: string, now: number): Permission {
    const before = this.#circuit(key);
    const { circuit, ...permission } = permit(before, executionId, now);
    if (circuit !== before) this.#keepCircuit(key, circuit);
    return permission;
  }

  /** Tells what an execution knows of a provider. */
  report(key: string, news: News, executionId: string, now: number): void {
    const before = this.#circuit(key);
    const circuit = report(before, news, executionId, now);
    if (circuit !== before) this.#keepCircuit(key, circuit);
  }

  /** Whoever has ended and told nothing keeps nobody waiting. */
  #endProbes(executionId: string, now: number): void {
    for (const [key, { probeBy }] of this.#circuits) {
      if (probeBy === executionId) this.report(key, 'none', executionId, now);
    }
  }

  use(now: number): LimitsUse {
    this.#expire(now);
    const month = monthOf(now);
    const { executions, costMicros } = this.#month(month);
    return {
      month,
      running: this.#places.size,
      executions,
      costMicros,
      reservedMicros: this.#reserved(month),
      circuits: Object.fromEntries(this.#circuits),
    };
  }

  override fetch(): Response {
    return new Response(null, { status: 204 }); // readiness
  }

  /** Executions that never said how they ended: what was held back for them counts as spent. */
  #expire(now: number): void {
    for (const [id, { month, reservedMicros, until }] of this.#places) {
      // In the order of their coming, which is nearly that of their going.
      if (until > now) continue;
      this.#leave(id);
      this.#count(month, 0, reservedMicros);
    }
  }

  #isWarning(month: string): boolean {
    return this.#warner !== null && this.#warner.month === month && this.#places.has(this.#warner.executionId);
  }

  #warn(month: string): void {
    this.#keepMonth(month, { ...this.#month(month), warned: true });
  }

  /** @returns the month that its place was of; null: it has none */
  #leave(executionId: string): string | null {
    const place = this.#places.get(executionId);
    if (place === undefined) return null;
    this.#places.delete(executionId);
    this.ctx.storage.kv.delete(`place:${executionId}`);
    return place.month;
  }

  #reserved(month: string): number {
    let sum = 0;
    for (const place of this.#places.values()) if (place.month === month) sum += place.reservedMicros;
    return sum;
  }

  #month(month: string): Month {
    return this.#months.get(month) ?? NOTHING;
  }

  #spent(month: string): Spent {
    const { executions, costMicros } = this.#month(month);
    return { executions, costMicros: costMicros + this.#reserved(month) };
  }

  /** A cost that is none counts as nothing: it would stop the whole month, or undo it. */
  #count(month: string, executions: number, cost: number): void {
    const before = this.#month(month);
    const costMicros = Number.isFinite(cost) && cost > 0 ? cost : 0;
    this.#keepMonth(month, {
      ...before,
      executions: Math.max(0, before.executions + executions),
      costMicros: before.costMicros + costMicros,
    });
  }

  #keepMonth(month: string, counted: Month): void {
    this.#months.set(month, counted);
    this.#write(`month:${month}`, counted);
  }

  #circuit(key: string): Circuit {
    return this.#circuits.get(key) ?? CLOSED;
  }

  #keepCircuit(key: string, circuit: Circuit): void {
    if (circuit === CLOSED) {
      this.#circuits.delete(key);
      this.ctx.storage.kv.delete(`circuit:${key}`);
    } else {
      this.#circuits.set(key, circuit);
      this.#write(`circuit:${key}`, circuit);
    }
  }

  /** Without keeping whoever asks waiting for the disk. */
  #write(key: string, value: unknown): void {
    void this.ctx.storage.put(key, value, { allowUnconfirmed: true });
  }
}

const nameIn = (key: string): string => key.slice(key.indexOf(':') + 1);
