import { afterEach, describe, expect, it, vi } from 'vitest';
import { LOG_LEVELS } from '../../../src/platform/config.ts';
import { describeError, log } from '../../../src/platform/log/log.ts';

afterEach(() => vi.restoreAllMocks());

describe('a log line', () => {
  it('is one line of JSON, from its level up', () => {
    const out = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const err = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    for (const threshold of LOG_LEVELS)
      for (const level of LOG_LEVELS)
        log(threshold, level, `${threshold}/${level}`, { text: 'a\nb"', none: undefined });
    const lines = [...out.mock.calls, ...err.mock.calls].map(([line]) => String(line));
    for (const line of lines) expect(line).not.toContain('\n');
    const said = lines.map((line) => JSON.parse(line) as { message: string; level: string; text: string });
    expect(said.map(({ message }) => message).toSorted()).toEqual([
      'debug/debug',
      'debug/error',
      'debug/info',
      'debug/warn',
      'error/error',
      'info/error',
      'info/info',
      'info/warn',
      'warn/error',
      'warn/warn',
    ]);
    expect(err).toHaveBeenCalledTimes(4);
    expect(said[0]).toEqual({
      time: expect.any(String),
      level: expect.any(String),
      message: expect.any(String),
      text: 'a\nb"',
    });
  });
});

describe('an error in the log', () => {
  const SECRET = 'hunter2';

  it('is told by its deepest cause, without what drizzle quotes', () => {
    const query = `Failed query: insert into users values (?)\nparams: ${SECRET}`;
    const { error, stack } = describeError(
      new Error(query, { cause: new Error('D1_ERROR: x', { cause: new Error('SQLITE_BUSY') }) }),
    );
    expect(error).toBe('Error: SQLITE_BUSY');
    expect(stack).toMatch(/^at /);
    for (const cause of [undefined, 'D1', { message: 'D1' }]) {
      const alone = describeError(new Error(query, { cause }));
      expect(alone.error).toBe('Error');
      expect(JSON.stringify(alone)).not.toMatch(/hunter2|insert|params/);
    }
  });

  it('says nothing of what could not be parsed', () => {
    let thrown: unknown;
    try {
      JSON.parse(`${SECRET} is no JSON`);
    } catch (error) {
      thrown = error;
    }
    expect(JSON.stringify(describeError(thrown))).not.toContain(SECRET);
    expect(describeError(thrown).error).toBe('SyntaxError');
  });

  it('says of what is no error only what kind of thing it is', () => {
    expect(describeError(SECRET)).toEqual({ error: 'string', stack: undefined });
    expect(describeError(null)).toEqual({ error: 'object', stack: undefined });
  });

  it('is not longer than anybody reads', () => {
    const { error, stack } = describeError(new Error('x'.repeat(10_000)));
    expect(error.length).toBe(500);
    expect(stack?.split(' | ').length).toBeLessThanOrEqual(5);
  });
});
