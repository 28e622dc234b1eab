import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/executions/domain/failures.ts';
import type { AttemptFailure, Progress } from '../../../src/executions/domain/job.ts';
import { afterFailure, afterLoss, DEADLINE_EXCEEDED } from '../../../src/executions/domain/retry.ts';
import { ProviderError } from '../../../src/models/providers/port.ts';
import { modelOf } from './samples.ts';

const start = Date.UTC(2026, 10, 20);
const first: Progress = { attempt: 1, modelIndex: 0, tries: 1, losses: 0, startedAt: start };

const failure = (more: Partial<AttemptFailure> = {}): AttemptFailure => ({
  code: 'provider_unavailable',
  message: 'It is down.',
  retryable: true,
  askAgain: true,
  retryAfterMs: null,
  providerDown: true,
  providerAlive: false,
  ...more,
});

const jobs = fc.record({
  models: fc
    .integer({ min: 1, max: 6 })
    .map((count) => [modelOf('m0'), ...Array.from({ length: count - 1 }, (_, i) => modelOf(`m${i + 1}`))] as const),
  retries: fc.integer({ min: 0, max: 5 }),
  restartable: fc.boolean(),
  deadlineAt: fc.integer({ min: start + 1_000, max: start + 600_000 }),
});

const failures = fc.record({
  retryable: fc.boolean(),
  askAgain: fc.boolean(),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 100_000 })),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  hasText: fc.boolean(),
  took: fc.integer({ min: 0, max: 20_000 }),
});

describe('after an attempt that failed', () => {
  it('comes another one or the end: in order, each model as often as it may, never past the deadline', () => {
    fc.assert(
      fc.property(jobs, fc.array(failures, { minLength: 40, maxLength: 40 }), (job, events) => {
        let progress = first;
        let now = start;
        for (const { random, hasText, took, ...of } of events) {
          now += took;
          const failed = failure(of);
          const next = afterFailure(job, progress, failed, { now, random, hasText });
          if (next.kind === 'fail') {
            if (now >= job.deadlineAt && next.error.code !== failed.code) expect(next.error).toBe(DEADLINE_EXCEEDED);
            else expect(next.error).toEqual({ code: failed.code, message: failed.message, retryable: of.retryable });
            const mayStart = !hasText || job.restartable;
            const isLastModel = progress.modelIndex === job.models.length - 1;
            expect(mayStart && !isLastModel && now < job.deadlineAt).toBe(false);
            return;
          }
          expect(hasText && !job.restartable).toBe(false);
          expect(next.reason).toBe(failed.code);
          expect(next.progress.attempt).toBe(progress.attempt + 1);
          expect(next.progress).toMatchObject({ startedAt: start, losses: 0 });
          expect(now + next.delayMs).toBeLessThan(job.deadlineAt);
          if (next.progress.modelIndex === progress.modelIndex) {
            expect(of.askAgain).toBe(true);
            expect(next.progress.tries).toBe(progress.tries + 1);
            expect(next.progress.tries).toBeLessThanOrEqual(job.retries + 1);
            const most = Math.min(8_000, 500 * 2 ** (progress.tries - 1));
            if (of.retryAfterMs === null) expect(next.delayMs).toBe(Math.round(random * most));
            else expect(next.delayMs).toBe(of.retryAfterMs);
          } else {
            expect(next.progress).toMatchObject({ modelIndex: progress.modelIndex + 1, tries: 1 });
            expect(next.delayMs).toBe(0);
          }
          expect(next.progress.attempt).toBeLessThanOrEqual(job.models.length * (job.retries + 1));
          now += next.delayMs;
          progress = next.progress;
        }
        throw new Error('it never ended');
      }),
      { numRuns: 500 },
    );
  });

  const job = {
    models: [modelOf('a'), modelOf('b')] as const,
    retries: 2,
    restartable: false,
    deadlineAt: start + 9_000,
  };
  const at = { now: start, random: 0.5, hasText: false };

  it('waits as long as the provider asks, and passes on to the fallback where that is past the deadline', () => {
    expect(afterFailure(job, first, failure({ retryAfterMs: 8_999 }), at)).toMatchObject({
      kind: 'again',
      delayMs: 8_999,
      progress: { modelIndex: 0, tries: 2 },
    });
    expect(afterFailure(job, first, failure({ retryAfterMs: 9_000 }), at)).toMatchObject({
      kind: 'again',
      delayMs: 0,
      progress: { modelIndex: 1, tries: 1, attempt: 2 },
    });
  });

  it('asks the same model no more than it may, and not at all where that cannot help', () => {
    expect(afterFailure({ ...job, retries: 0 }, first, failure(), at)).toMatchObject({ progress: { modelIndex: 1 } });
    expect(afterFailure(job, { ...first, tries: 3 }, failure(), at)).toMatchObject({ progress: { modelIndex: 1 } });
    expect(afterFailure(job, first, failure({ askAgain: false }), at)).toMatchObject({ progress: { modelIndex: 1 } });
    const alone = { ...job, models: [modelOf('a')] as const };
    expect(afterFailure(alone, first, failure({ askAgain: false }), at).kind).toBe('fail');
  });

  it('ends where somebody has read the beginning, unless that may be taken back', () => {
    const read = { ...at, hasText: true };
    expect(afterFailure(job, first, failure(), read).kind).toBe('fail');
    expect(afterFailure({ ...job, restartable: true }, first, failure(), read).kind).toBe('again');
  });
});

describe('after the object was lost', () => {
  const job = { restartable: false, deadlineAt: start + 10_000 };

  it('the attempt starts anew, three times at most, and not past the deadline', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.record({ hasText: fc.boolean(), took: fc.integer({ min: 0, max: 6_000 }) }), {
          minLength: 5,
          maxLength: 5,
        }),
        (restartable, losses) => {
          let progress = first;
          let now = start;
          for (const { hasText, took } of losses) {
            now += took;
            const next = afterLoss({ ...job, restartable }, progress, { now, hasText });
            if (next.kind === 'fail') {
              const code = now >= job.deadlineAt ? 'deadline_exceeded' : 'interrupted';
              expect(next.error).toMatchObject({ code, retryable: true });
              if (code === 'interrupted') expect(progress.losses === 3 || (hasText && !restartable)).toBe(true);
              return;
            }
            expect(now).toBeLessThan(job.deadlineAt);
            expect(hasText && !restartable).toBe(false);
            // What was lost is no fault of the model's: it is asked as often as before.
            expect(next).toMatchObject({ delayMs: 0, reason: 'interrupted', progress: { tries: 1, modelIndex: 0 } });
            expect(next.progress.attempt).toBe(progress.attempt + 1);
            expect(next.progress.losses).toBe(progress.losses + 1);
            progress = next.progress;
          }
          throw new Error('it never ended');
        },
      ),
    );
  });
});

describe('what an attempt failed of', () => {
  it.each([
    ['connection_failed', true],
    ['timeout', true],
    ['provider_unavailable', true],
    ['stream_interrupted', true],
    ['malformed_response', true],
    ['rate_limited', false],
    ['authentication_failed', false],
    ['credential_missing', false],
    ['invalid_request', false],
    ['content_refused', false],
    ['base_url_refused', false],
  ] as const)('%s tells against the provider: %s', (code, providerDown) => {
    const error = new ProviderError(code, 'So it was.', { retryable: true, retryAfterMs: 7 });
    expect(failureOf(error)).toEqual({
      code,
      message: 'So it was.',
      retryable: true,
      askAgain: true,
      retryAfterMs: 7,
      providerDown,
      providerAlive: false,
    });
    expect(failureOf(new ProviderError(code, 'So it was.', { retryable: false })).askAgain).toBe(false);
  });

  it('shows that the provider answers where it says that the question will not do, not where that may pass', () => {
    const alive = (status: number | null, retryable: boolean) =>
      failureOf(new ProviderError('provider_error', 'So it was.', { status, retryable })).providerAlive;
    for (const status of [400, 401, 403, 404, 413, 422]) expect(alive(status, false), String(status)).toBe(true);
    for (const status of [408, 409, 429, 500, 503]) expect(alive(status, true), String(status)).toBe(false);
    // Refused here, a redirect, a page.
    for (const status of [null, 302, 200]) expect(alive(status, false), String(status)).toBe(false);
  });

  it('says nothing of the inside', () => {
    const said = failureOf(new Error('D1 at 10.0.0.1 is down'));
    expect(said).toMatchObject({ code: 'internal_error', retryable: true, providerDown: false, providerAlive: false });
    expect(JSON.stringify(said)).not.toContain('10.0.0.1');
  });
});
