import { DurableObject } from 'cloudflare:workers';
import type { News } from '../src/executions/domain/breaker.ts';
import { OWN_ROW, type Start, type View } from '../src/executions/domain/calls.ts';
import { type Happening, isLast, type StreamEvent } from '../src/executions/domain/events.ts';
import { LOG_KEPT_MS, OUTPUT_MAX } from '../src/executions/domain/execution.ts';
import { inPieces } from '../src/executions/domain/pieces.ts';
import { CIRCUIT_OPEN, failureOf, OUTPUT_TOO_LONG } from '../src/executions/domain/failures.ts';
import { spentUntilBrokenOff } from '../src/executions/domain/estimate.ts';
import type { AttemptFailure, CancelCall, Ending, Entry, Job, Progress } from '../src/executions/domain/job.ts';
import type { End, ExecutionPorts, SealedCredential } from '../src/executions/domain/ports.ts';
import { afterFailure, afterLoss, DEADLINE_EXCEEDED, type Next } from '../src/executions/domain/retry.ts';
import { AppError, type Outcome, success, toFailure } from '../src/kernel/errors.ts';
import { costOf, type RunnableModel } from '../src/models/domain/model.ts';
import { describeError, log } from '../src/platform/log/log.ts';
import { EventLog, type LogEntry } from '../src/platform/objects/event-log.ts';
import { type Source, Viewers } from '../src/platform/objects/viewers.ts';

/** How often the alarm looks whether the run is still alive (ms): a lost one is noticed within it. */
const WATCH_MS = 10_000;
/**
 * Text after the first is gathered for so long at most (ms): a row for each token costs more than the tokens. Together with
 * the time that a provider's bytes may wait (src/models/providers/lump-reader.ts) it is 50.
 */
const GATHER_MS = 10;
/** And no longer than this (UTF-16 units): a row has its limit. */
const GATHER_MAX = 64 * 1024;
/** It writes its row once it has run for so long (ms): one that has ended by then is written once, with its end. */
const ENTER_MS = 1_000;
/**
 * A row that somebody else was to write, and that has not come to D1 after so long (ms), will not come: the sweep
 * (src/executions/commands/sweep.ts) looks for its object later.
 */
const STORED_MS = 45_000;
/** The provider is asked within so long (ms), or what began is kept before. */
const SOON_MS = 5;
const FIRST_REPAIR_MS = 2_000;
const LONGEST_REPAIR_MS = 60_000;

/** What is left to do once it is known how it ended. */
interface Aftermath {
  saved: boolean;
  told: boolean;
  settled: boolean;
  tries: number;
}

const NOTHING_DONE: Aftermath = { saved: false, told: false, settled: false, tries: 0 };

/** All that is kept beside the log. */
interface Kept {
  job: Job;
  /** What its row is written with, until it is there. */
  entry: Entry;
  progress: Progress;
  /** That it is being cancelled: kept until D1 has said yes or no. */
  cancelling: Ending;
  ending: Ending;
  aftermath: Aftermath;
  /** Nonces of tickets that were used, with the time until which they would be good. */
  tickets: [nonce: string, until: number][];
}

type EndingOf = Pick<Ending, 'status'> &
  Partial<Pick<Ending, 'finishReason' | 'usage' | 'costMicros' | 'toolCalls' | 'error' | 'cancelledBy'>>;

type Attempted = { kind: 'ended'; end: End } | { kind: 'failed'; failure: AttemptFailure };

/**
 * One execution: its run, its numbered log, those who watch. What is kept says how far it came: `job` from when it was
 * started, `progress` from each attempt's begin, `ending` once and for all, `aftermath` until D1 and the limits know.
 * Whoever wakes the object (the alarm every ten seconds at the latest) goes on from there: #go.
 */
export abstract class ExecutionObjectBase extends DurableObject<Env> {
  protected abstract readonly ports: ExecutionPorts;
  readonly #log = new EventLog(this.ctx.storage.kv);
  readonly #source: Source<StreamEvent> = {
    after: (seq) => this.#log.after(seq).map((entry) => this.#eventOf(entry)),
    isLast,
    isOver: () => this.#aftermath.told,
  };
  readonly #viewers = new Viewers(this.ctx, this.#source);
  /** The run, as long as this instance has it in hand. */
  #running: Promise<void> | null = null;
  #abort = new AbortController();
  #gathered = '';
  /** Ends the gathering of text; null: none is gathered. */
  #gathering: (() => void) | null = null;
  #flushedAt = 0;
  #firstTokenAt: number | null = null;
  #jobRead: Job | undefined;
  #aftermathRead: Aftermath | undefined;
  /** Whether its row is known to be in D1: before that nobody is told how it ended. */
  #isAccepted = false;
  /** What is to be kept of its beginning, and who waits for that. */
  #beginning: { job: Job; entry: Entry | null; progress: Progress; kept: PromiseWithResolvers<void> } | null = null;
  /** What its row is yet to be written with; null: it is there, or not for this object to write; undefined: not looked yet. */
  #entryRead: Entry | null | undefined;
  /** While it is being written. */
  #entering: Promise<unknown> | null = null;
  /** The first provider's key, as it was read when the run was let in: for its first question. */
  #credential: SealedCredential | null | undefined;
  /** Whether the model's provider failed since it was first asked. */
  #isDown = false;
  /** Whether the next question needs no more leave. */
  #permitted = false;
  /** Whether it is the probe of its model's circuit, and others wait for what it finds out. */
  #probes = false;
  /** Null: not looked yet. */
  #endSeen: boolean | null = null;
  /** While D1 is asked whether it is cancelled. */
  #cancelling: Promise<void> | null = null;

  /**
   * Begins a run, and writes its row in time. Where somebody else writes it, it may speak, and nobody listens yet; it may end,
   * and that is told once the row is there: `accepted`. Safe to repeat.
   * @returns whether it writes its row itself
   */
  async start({ job, entry = null, credential, permitted, probes }: Start): Promise<boolean> {
    if (this.#job === undefined) {
      // There is nothing to look for.
      this.#log.forget();
      this.#aftermathRead = NOTHING_DONE;
      this.#endSeen = false;
      this.#jobRead = job;
      this.#entryRead = entry;
      this.#credential = credential;
      this.#permitted = permitted;
      this.#probes = probes;
      this.#beginning = { job, entry, progress: this.#firstProgress(), kept: Promise.withResolvers() };
    }
    void this.#go();
    if (this.#beginning === null) return entry !== null;
    const { kept } = this.#beginning;
    const soon = setTimeout(() => this.#keepBeginning(), SOON_MS);
    await kept.promise;
    clearTimeout(soon);
    return entry !== null;
  }

  /**
   * Keeps that it began. Nothing leaves an object before what it kept is on disk, and a new object's disk takes its time:
   * so this is done once the provider has been asked, but soon. Whoever started it is told after that.
   */
  #keepBeginning(): void {
    if (this.#beginning === null) return;
    const { job, entry, progress, kept } = this.#beginning;
    this.#beginning = null;
    try {
      this.#keep('job', job);
      if (entry !== null) this.#keep('entry', entry);
      this.#keep('progress', progress);
      this.#happen({ type: 'job_started', model: modelOf(job, progress), attempt: 1 }, 1);
      void this.ctx.storage.setAlarm(Date.now() + WATCH_MS);
      kept.resolve();
    } catch (error) {
      // Whoever started it hears of it, and takes it back.
      this.#abort.abort(error);
      kept.reject(error);
    }
  }

  /**
   * Hears that the row is in D1, or of somebody who knows of it. Safe to repeat.
   * @returns false: nothing was started
   */
  accepted(): boolean {
    this.#keepBeginning();
    if (this.#job === undefined) return false;
    this.#isAccepted ||= this.#entry === null;
    void this.#go();
    return true;
  }

  /**
   * Writes its row, unless it is there.
   * @returns false: nothing was started
   */
  async entered(): Promise<boolean> {
    this.#keepBeginning();
    const job = this.#job;
    if (job === undefined) return false;
    await this.#enter(job);
    return true;
  }

  /** The row of what has begun: its own to write, unless somebody else does. */
  async #enter(job: Job): Promise<void> {
    if (this.#entering !== null) await this.#entering;
    else if (this.#entry !== null) {
      const progress = this.#kept('progress') ?? this.#firstProgress();
      await this.#enterBy(this.ports.enter(this.env, job, this.#entry, progress));
    }
  }

  async #enterBy<T>(writing: Promise<T>): Promise<T> {
    this.#entering = writing;
    try {
      const written = await writing;
      this.#isAccepted = true;
      this.#forgetEntry();
      return written;
    } finally {
      this.#entering = null;
    }
  }

  /** Else the alarm tries again. */
  #enterIfItCan(job: Job): Promise<boolean> {
    return this.#try('an execution was not written', () => this.#enter(job));
  }

  /**
   * Hears that the row could not be written, as far as anybody knows: D1 says whether it was.
   * @returns false: nothing was started
   */
  async withdraw(): Promise<boolean> {
    this.#keepBeginning();
    const job = this.#job;
    if (job === undefined) return false;
    await this.#entering?.catch(() => undefined);
    // Nobody was told of it: it is not written any more.
    this.#forgetEntry();
    if (this.#isAccepted || (await this.ports.isAccepted(this.env, job))) return this.accepted();
    await this.#abandon(job);
    return true;
  }

  /** Ends what nobody was told of. What it has cost counts all the same. */
  async #abandon(job: Job): Promise<void> {
    const progress = this.#kept('progress') ?? this.#firstProgress();
    this.#flush(progress.attempt);
    this.#decide(job, progress, { status: 'cancelled' });
    this.#abort.abort(new Error('abandoned'));
    await this.#running;
    const ending = this.#kept('ending');
    if (ending !== undefined) await this.ports.release(this.env, job, ending, this.#textOf(ending.attempt));
    await this.#forget();
  }

  /**
   * Waits for the end.
   * @returns its output, whatever the tenant has stored of it, null where there never was any; null when it is still running after `ms`
   */
  async ended(ms: number): Promise<{ output: string | null } | null> {
    this.#keepBeginning();
    const job = this.#job;
    if (job === undefined) return null;
    const patience = new AbortController();
    this.accepted();
    await Promise.race([this.#go(), sleep(ms, patience.signal)]);
    patience.abort();
    const ending = this.#kept('ending');
    if (ending === undefined || !this.#aftermath.told) return null;
    const hasOutput = ending.status === 'completed' || this.#hasText(ending.attempt);
    return { output: hasOutput ? this.#textOf(ending.attempt) : null };
  }

  /**
   * Ends it before its time. D1 decides, with the audit event: meanwhile nothing else happens here.
   * @returns state_conflict when it has ended
   */
  async cancel(call: CancelCall): Promise<Outcome<null>> {
    await this.entered();
    await this.#cancelled();
    const job = this.#job;
    if (job === undefined || this.#hasEnded) {
      return toFailure(new AppError('state_conflict', 'The execution has ended: there is nothing to cancel.'));
    }
    this.accepted();
    const progress = this.#kept('progress') ?? this.#firstProgress();
    this.#flush(progress.attempt);
    const ending = this.#endingOf(job, progress, { status: 'cancelled', cancelledBy: call });
    this.#keep('cancelling', ending);
    this.#cancelling = this.#cancelAs(job, ending);
    await this.#cancelling;
    this.#abort.abort(new Error('cancelled'));
    await this.#go();
    return success(null);
  }

  async #cancelAs(job: Job, ending: Ending): Promise<void> {
    try {
      const otherwise = await this.ports.save(this.env, job, ending, this.#textOf(ending.attempt), null);
      this.#keepEnding(ending);
      if (otherwise === null) this.#keepAftermath({ ...this.#aftermath, saved: true });
    } finally {
      this.ctx.storage.kv.delete('cancelling');
      this.#cancelling = null;
      this.#flush(ending.attempt);
    }
  }

  /** Once nobody is about to cancel it. */
  async #cancelled(): Promise<void> {
    // Whoever waited with us may be the next one to try.
    while (this.#cancelling !== null) await this.#cancelling.catch(() => undefined);
  }

  /** A WebSocket or a stream of events for somebody whom src/executions/routes has let in; as a POST it starts first. */
  override async fetch(request: Request): Promise<Response> {
    const header = request.headers.get('x-footlight-view');
    if (header === null) return new Response(null, { status: 204 }); // readiness
    const view = JSON.parse(header) as View;
    if (request.method !== 'POST' && this.#viewers.isFull) return new Response(null, { status: 429 });
    if (view.ticket !== null && !this.#redeem(view.ticket)) return new Response(null, { status: 401 });
    const isSocket = request.headers.get('upgrade') !== null;
    if (request.method === 'POST') {
      const writesItself = await this.start(await request.json());
      const answer = this.#viewers.stream(view.since);
      answer.headers.set(OWN_ROW, String(writesItself));
      return answer;
    }
    this.accepted();
    if (this.#job === undefined) return this.#fetchSwept(request, view, isSocket);
    if (isSocket) return this.#viewers.acceptSocket(request, view.since);
    // 204 tells an EventSource, which comes back by itself, that there is nothing more to come for.
    if (this.#source.isOver() && view.since >= this.#log.lastSeq) return new Response(null, { status: 204 });
    return this.#viewers.stream(view.since);
  }

  /** The log is kept for ten minutes; after that there is its last event, made of the row in D1. */
  async #fetchSwept(request: Request, view: View, isSocket: boolean): Promise<Response> {
    const last = await this.ports.readLastEvent(this.env, view.tenantId, view.executionId);
    const events = last === null || view.since >= last.seq ? [] : [last];
    const source = {
      ...this.#source,
      after: (seq: number) => events.filter((event) => event.seq > seq),
      isOver: () => true,
    };
    if (isSocket) return this.#viewers.acceptSocket(request, view.since, source);
    return events.length === 0 ? new Response(null, { status: 204 }) : this.#viewers.stream(view.since, source);
  }

  /** Must not throw: after six failures an alarm is dropped for good. */
  override async alarm(): Promise<void> {
    try {
      const job = this.#job;
      if (job === undefined) {
        await this.#forget();
        return;
      }
      const ending = this.#kept('ending');
      const { saved, told, settled } = this.#aftermath;
      if (ending !== undefined && saved && told && settled) {
        if (Date.now() >= ending.finishedAt + LOG_KEPT_MS) await this.#forget();
        else await this.ctx.storage.setAlarm(ending.finishedAt + LOG_KEPT_MS);
        return;
      }
      await this.ctx.storage.setAlarm(Date.now() + WATCH_MS);
      if (this.#entry !== null) {
        if (!this.#hasEnded) await this.#enterIfItCan(job);
      } else if (!this.#isAccepted && !(await this.ports.isAccepted(this.env, job))) {
        if (Date.now() >= job.createdAt + STORED_MS) await this.#abandon(job);
        return;
      }
      if (this.#running !== null) this.#viewers.keepAlive();
      this.accepted();
    } catch (error) {
      this.report('an execution could not be looked after', error);
      await this.ctx.storage.setAlarm(Date.now() + WATCH_MS);
    }
  }

  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.#jobRead = undefined;
    this.#aftermathRead = undefined;
    this.#log.forget();
    this.#endSeen = null;
    // What was abandoned may be accepted after all, under the same id: it is run as if for the first time.
    this.#abort = new AbortController();
    this.#firstTokenAt = null;
    this.#gathered = '';
    this.#beginning = null;
    this.#entryRead = undefined;
    this.#credential = undefined;
    this.#isAccepted = false;
    this.#isDown = false;
    this.#permitted = false;
    this.#probes = false;
  }

  /** Goes on from wherever it stands; one at a time. */
  #go(): Promise<void> {
    const job = this.#job;
    if (job === undefined) return Promise.resolve();
    this.#running ??= this.#drive(job)
      .catch((error: unknown) => this.report('an execution broke off', error))
      .finally(() => {
        this.#running = null;
      });
    this.ctx.waitUntil(this.#running);
    return this.#running;
  }

  async #drive(job: Job): Promise<void> {
    if (!this.#hasEnded) {
      await this.#runToTheEnd(job);
      // What was said last goes out, and its ending is on disk, before there is more to do.
      await sleep(0);
    }
    const ending = this.#kept('ending');
    if (ending !== undefined && (this.#isAccepted || this.#entry !== null)) await this.#conclude(job, ending);
  }

  async #runToTheEnd(job: Job): Promise<void> {
    const deadline = setTimeout(() => this.#abort.abort(DEADLINE_EXCEEDED), Math.max(0, job.deadlineAt - Date.now()));
    const entering = setInterval(() => {
      if (this.#entry !== null) this.ctx.waitUntil(this.#enterIfItCan(job));
      else if (this.#isAccepted) this.#markRunning(job, this.#kept('progress') ?? this.#firstProgress());
      else return;
      clearInterval(entering);
    }, ENTER_MS);
    try {
      let progress = this.#setOut(job);
      while (progress !== null) {
        const attempted = job.cached === null ? await this.#attempt(job, progress) : this.#playBack(job, progress);
        await this.#cancelled();
        if (this.#hasEnded) return;
        progress = await this.#goOn(job, progress, attempted);
      }
    } finally {
      clearTimeout(deadline);
      clearInterval(entering);
    }
  }

  /** The first attempt, or the next one after one that was lost with its instance. */
  #setOut(job: Job): Progress | null {
    if (this.#beginning !== null) return this.#beginning.progress;
    const cancelling = this.#kept('cancelling');
    if (cancelling !== undefined) {
      this.#keepEnding(cancelling);
      return null;
    }
    const lost = this.#kept('progress') ?? this.#firstProgress();
    const now = Date.now();
    return this.#follow(job, lost, afterLoss(job, lost, { now, hasText: this.#hasText(lost.attempt) }));
  }

  #markRunning(job: Job, progress: Progress): void {
    this.ctx.waitUntil(this.ports.markRunning(this.env, job, progress).catch(() => undefined));
  }

  #firstProgress(): Progress {
    return { attempt: 1, modelIndex: 0, tries: 1, losses: 0, startedAt: Date.now() };
  }

  /** @returns the next attempt; null: it has ended */
  async #goOn(job: Job, progress: Progress, attempted: Attempted): Promise<Progress | null> {
    this.#flush(progress.attempt, true);
    if (attempted.kind === 'ended') {
      const { finishReason, usage, toolCalls } = attempted.end;
      const cost = job.cached === null ? costOf(modelAt(job, progress).prices, usage) : 0;
      const costMicros = cost === null ? null : cost + (progress.spentMicros ?? 0);
      this.#decide(job, progress, { status: 'completed', finishReason, usage, costMicros, toolCalls });
      return null;
    }
    const hasText = this.#firstTokenAt !== null;
    const at = { now: Date.now(), random: Math.random(), hasText };
    const next: Next =
      attempted.failure.code === DEADLINE_EXCEEDED.code
        ? { kind: 'fail', error: DEADLINE_EXCEEDED }
        : afterFailure(job, progress, attempted.failure, at);
    // What is tried again at once and then succeeds tells nothing against the provider: a pooled connection was stale.
    const leaves = next.kind === 'fail' || next.progress.modelIndex !== progress.modelIndex;
    if (leaves && (this.#isDown || this.#probes)) {
      const otherwise = attempted.failure.providerAlive ? 'alive' : 'none';
      await this.#tellCircuit(job, progress, this.#isDown ? 'down' : otherwise);
      this.#isDown = false;
    }
    if (next.kind === 'again' && next.delayMs > 0) await sleep(next.delayMs, this.#abort.signal);
    await this.#cancelled();
    if (this.#hasEnded) return null;
    return this.#follow(job, progress, next);
  }

  async #tellCircuit(job: Job, progress: Progress, news: News): Promise<void> {
    this.#probes = false;
    await this.ports.report(this.env, job, modelAt(job, progress), news).catch(() => undefined);
  }

  #follow(job: Job, progress: Progress, next: Next): Progress | null {
    if (next.kind === 'fail') {
      this.#decide(job, progress, { status: 'failed', error: next.error });
      return null;
    }
    this.#firstTokenAt = null;
    // The provider bills what it said before it broke off.
    const said = this.#textOf(progress.attempt);
    const spent = spentUntilBrokenOff(modelAt(job, progress), job.messages, said);
    const following = { ...next.progress, spentMicros: (progress.spentMicros ?? 0) + spent };
    this.#keep('progress', following);
    if (this.#isAccepted) this.#markRunning(job, following);
    const { attempt } = following;
    this.#happen({ type: 'job_restarted', attempt, reason: next.reason, model: modelOf(job, following) }, attempt);
    return following;
  }

  /** Asks the model once, and passes on what it says. */
  async #attempt(job: Job, progress: Progress): Promise<Attempted> {
    const model = modelAt(job, progress);
    const { signal } = this.#abort;
    try {
      signal.throwIfAborted();
      if (!this.#permitted) this.#keepBeginning();
      if (!this.#permitted) {
        const { allowed, probes } = await this.ports.permit(this.env, job, model);
        if (!allowed) return { kind: 'failed', failure: CIRCUIT_OPEN };
        this.#probes = probes;
      }
      this.#permitted = false;
      let length = 0;
      const onText = (text: string): boolean => {
        length += text.length;
        if (signal.aborted || length > OUTPUT_MAX) return false;
        this.#keepBeginning();
        this.#text(text, progress.attempt);
        // Nobody need wait for its last word.
        if (this.#probes) this.ctx.waitUntil(this.#tellCircuit(job, progress, 'alive'));
        return true;
      };
      // A turn later: the question leaves first.
      const onSent = () => void setTimeout(() => this.#keepBeginning());
      const sealed = this.#credential;
      this.#credential = undefined;
      const end = await orAborted(this.ports.ask(this.env, job, model, { sealed, signal, onSent, onText }), signal);
      return end === null ? { kind: 'failed', failure: OUTPUT_TOO_LONG } : { kind: 'ended', end };
    } catch (error) {
      this.#keepBeginning();
      const failure: AttemptFailure =
        signal.aborted && signal.reason === DEADLINE_EXCEEDED
          ? { ...DEADLINE_EXCEEDED, askAgain: false, retryAfterMs: null, providerDown: false, providerAlive: false }
          : failureOf(error);
      if (failure.code === 'internal_error' && !signal.aborted) this.report('an attempt broke off', error);
      this.#isDown ||= failure.providerDown;
      return { kind: 'failed', failure };
    }
  }

  /** What an earlier run of the same was answered. */
  #playBack({ cached }: Job, { attempt }: Progress): Attempted {
    this.#keepBeginning();
    if (cached === null) throw new Error('there is nothing to play back');
    const { output, ...end } = cached;
    this.#text(output, attempt);
    return { kind: 'ended', end };
  }

  /** The first text goes out at once, what follows with all else that comes in the same turn, or shortly after the last. */
  #text(text: string, attempt: number): void {
    if (text === '' || this.#hasEnded) return;
    this.#gathered += text;
    const isFirst = this.#firstTokenAt === null;
    this.#firstTokenAt ??= Date.now();
    if (isFirst || this.#gathered.length >= GATHER_MAX) {
      this.#flush(attempt);
      return;
    }
    if (this.#gathering !== null) return;
    const sinceLast = Math.max(0, Date.now() - this.#flushedAt);
    const flush = () => this.#flush(attempt);
    if (sinceLast >= GATHER_MS) {
      this.#gathering = () => undefined;
      queueMicrotask(flush);
    } else {
      const timer = setTimeout(flush, GATHER_MS - sinceLast);
      this.#gathering = () => clearTimeout(timer);
    }
  }

  /** @param isWhole nothing of this attempt follows: else half a character waits for its other half */
  #flush(attempt: number, isWhole = false): void {
    this.#gathering?.();
    this.#gathering = null;
    // What is being cancelled has said its last, unless D1 says no.
    if (this.#gathered === '' || this.#cancelling !== null) return;
    const { pieces, rest } = inPieces(this.#gathered, GATHER_MAX, isWhole);
    this.#gathered = rest;
    if (this.#hasEnded || pieces.length === 0) return;
    for (const text of pieces) this.#happen({ type: 'token_chunk', text }, attempt);
    this.#flushedAt = Date.now();
  }

  /** Kept first, then told. */
  #happen(happening: Happening, attempt: number, at = Date.now()): void {
    const event: StreamEvent = { seq: this.#log.lastSeq + 1, at: new Date(at).toISOString(), ...happening };
    // What the chunks say is not kept twice.
    const kept = event.type === 'job_complete' ? { ...event, output: null } : event;
    this.#log.append(attempt, JSON.stringify(kept));
    this.#viewers.tell(event);
  }

  /** Says how it ended. Only the first one counts: between the look and the deed nothing can happen. */
  #decide(job: Job, progress: Progress, of: EndingOf): void {
    if (!this.#hasEnded) this.#keepEnding(this.#endingOf(job, progress, of));
  }

  #keepEnding(ending: Ending): void {
    this.#keep('ending', ending);
    this.#endSeen = true;
  }

  #endingOf(job: Job, { attempt, modelIndex, startedAt, spentMicros = 0 }: Progress, of: EndingOf): Ending {
    return {
      finishReason: null,
      usage: null,
      costMicros: null,
      toolCalls: [],
      error: null,
      cancelledBy: null,
      ...of,
      attempt,
      modelIndex,
      cached: job.cached !== null,
      spentMicros,
      startedAt,
      firstTokenAt: this.#firstTokenAt,
      finishedAt: Date.now(),
      lastSeq: this.#log.lastSeq + 1,
    };
  }

  /**
   * Tells D1, then those who watch, and the limits beside them. Each is done once; what fails is done again by the alarm. Nothing
   * leaves an object before what it kept is on disk (its output gate), so D1 never knows of an ending that can be lost.
   */
  async #conclude(job: Job, ending: Ending): Promise<void> {
    const aftermath = { ...this.#aftermath };
    if (aftermath.saved && aftermath.told && aftermath.settled) return;
    const output = this.#textOf(ending.attempt);
    const settling = aftermath.settled || this.#settle(job, ending, output);
    let last = lastEvent(job, ending, output);
    // D1 first, so that who hears of the end finds it there. But nobody is kept waiting for a D1 that is down.
    if (!aftermath.saved) {
      aftermath.saved = await this.#try('an ending was not saved', async () => {
        last = (await this.#save(job, ending, output)) ?? last;
      });
    }
    if (!aftermath.told) {
      this.#happen(last, ending.attempt, ending.finishedAt);
      aftermath.told = true;
      this.#keepAftermath({ ...aftermath });
    }
    aftermath.settled = await settling;
    aftermath.tries += 1;
    this.#keepAftermath(aftermath);
    const isDone = aftermath.saved && aftermath.settled;
    const repairMs = Math.min(LONGEST_REPAIR_MS, FIRST_REPAIR_MS * 2 ** Math.min(aftermath.tries - 1, 10));
    await this.ctx.storage.setAlarm(isDone ? ending.finishedAt + LOG_KEPT_MS : Date.now() + repairMs);
  }

  /** With its row, where that is not there yet. */
  async #save(job: Job, ending: Ending, output: string): Promise<Happening | null> {
    await this.#entering?.catch(() => undefined);
    const entry = this.#entry;
    const saving = this.ports.save(this.env, job, ending, output, entry);
    return entry === null ? saving : this.#enterBy(saving);
  }

  #settle(job: Job, ending: Ending, output: string): Promise<boolean> {
    return this.#try('an ending was not settled', () => this.ports.settle(this.env, job, ending, output));
  }

  async #try(message: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.report(message, error);
      return false;
    }
  }

  /** Read once: it may be large, and never changes. */
  get #job(): Job | undefined {
    this.#jobRead ??= this.#kept('job');
    return this.#jobRead;
  }

  get #entry(): Entry | null {
    if (this.#entryRead === undefined) this.#entryRead = this.#kept('entry') ?? null;
    return this.#entryRead;
  }

  #forgetEntry(): void {
    this.#entryRead = null;
    this.ctx.storage.kv.delete('entry');
  }

  /** Once it has ended it stays so. */
  get #hasEnded(): boolean {
    this.#endSeen ??= this.#kept('ending') !== undefined;
    return this.#endSeen;
  }

  /** Asked for by each viewer that has read all there is. */
  get #aftermath(): Aftermath {
    this.#aftermathRead ??= this.#kept('aftermath') ?? NOTHING_DONE;
    return this.#aftermathRead;
  }

  #keepAftermath(aftermath: Aftermath): void {
    this.#keep('aftermath', aftermath);
    this.#aftermathRead = aftermath;
  }

  /** Takes a ticket, once. */
  #redeem({ nonce, expiresAt }: { nonce: string; expiresAt: number }): boolean {
    const used = (this.#kept('tickets') ?? []).filter(([, until]) => until > Date.now());
    if (expiresAt <= Date.now() || used.some(([other]) => other === nonce)) return false;
    const all: Kept['tickets'] = [...used, [nonce, expiresAt]];
    this.#keep('tickets', all);
    // Nothing else will come to empty what was swept.
    if (this.#job === undefined) void this.ctx.storage.setAlarm(Math.max(...all.map(([, until]) => until)));
    return true;
  }

  #eventOf({ part, body }: LogEntry): StreamEvent {
    const event = JSON.parse(body) as StreamEvent;
    return event.type === 'job_complete' ? { ...event, output: this.#textOf(part) } : event;
  }

  /** All that an attempt has said. */
  #textOf(attempt: number): string {
    let text = '';
    for (const { body } of this.#log.ofPart(attempt)) {
      const event = JSON.parse(body) as StreamEvent;
      if (event.type === 'token_chunk') text += event.text;
    }
    return text;
  }

  #hasText(attempt: number): boolean {
    for (const { body } of this.#log.ofPart(attempt)) {
      if ((JSON.parse(body) as StreamEvent).type === 'token_chunk') return true;
    }
    return false;
  }

  #kept<K extends keyof Kept>(key: K): Kept[K] | undefined {
    return this.ctx.storage.kv.get<Kept[K]>(key);
  }

  #keep<K extends keyof Kept>(key: K, value: Kept[K]): void {
    this.ctx.storage.kv.put(key, value);
  }

  protected report(message: string, error: unknown): void {
    log('info', 'error', message, { object: 'execution', ...describeError(error) });
  }
}

function modelAt({ models }: Job, { modelIndex }: Pick<Progress, 'modelIndex'>): RunnableModel {
  return models[modelIndex] ?? models[0];
}

function modelOf(job: Job, progress: Pick<Progress, 'modelIndex'>) {
  const { name, revision, provider, model } = modelAt(job, progress);
  return { name, revision, provider, model };
}

function lastEvent(job: Job, ending: Ending, output: string): Happening {
  if (ending.status === 'cancelled') return { type: 'job_cancelled' };
  if (ending.error !== null) return { type: 'job_failed', error: ending.error };
  const { usage, costMicros, finishReason, toolCalls, cached, firstTokenAt, finishedAt } = ending;
  return {
    type: 'job_complete',
    output,
    usage: { inputTokens: usage?.inputTokens ?? null, outputTokens: usage?.outputTokens ?? null, costMicros },
    latencyMs: finishedAt - job.createdAt,
    timeToFirstTokenMs: firstTokenAt === null ? null : firstTokenAt - job.createdAt,
    finishReason,
    toolCalls,
    cached,
  };
}

/** Waits for a promise, until the signal is aborted. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
