import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circuitOf } from '../../../src/executions/domain/circuit.ts';
import { reservationFor, spentUntilBrokenOff } from '../../../src/executions/domain/estimate.ts';
import { isLast } from '../../../src/executions/domain/events.ts';
import { MESSAGES_MAX } from '../../../src/executions/domain/execution.ts';
import { messagesOf } from '../../../src/executions/domain/messages.ts';
import { storedJson, storedText } from '../../../src/executions/domain/storing.ts';
import { costOf } from '../../../src/models/domain/model.ts';
import { askMock } from '../../../src/models/providers/mock.ts';
import { question } from '../../support/upstream/question.ts';
import { modelOf } from './samples.ts';

const user = (content: string) => ({ role: 'user' as const, content });
const free = { inputMicrosPerMillion: 0, outputMicrosPerMillion: 0 };

describe('what is held back for a run', () => {
  it('is what a third of the characters in and a thousand tokens out would cost', () => {
    // 300 characters: 100 tokens at 1 µ$, 1,000 at 2 µ$.
    expect(reservationFor([modelOf('a')], [user('x'.repeat(300))])).toBe(2_100);
    expect(reservationFor([modelOf('a', { parameters: { maxTokens: 10 } })], [user('x'.repeat(300))])).toBe(120);
  });

  it('is that of the dearest model that may be asked; one without a price counts as nothing', () => {
    const dear = { inputMicrosPerMillion: 10_000_000, outputMicrosPerMillion: 20_000_000 };
    const models = [modelOf('a'), modelOf('b', { prices: dear }), modelOf('c', { prices: null })];
    expect(reservationFor(models, [user('x'.repeat(300))])).toBe(21_000);
    expect(reservationFor([modelOf('c', { prices: null })], [user('x')])).toBe(0);
    expect(reservationFor([modelOf('c', { prices: free })], [user('x')])).toBe(0);
  });

  it('is on the mock exactly what it will cost', async () => {
    const text = fc
      .array(fc.constantFrom('one', 'zwei ', ' drei', '\n', '\t\t', '🌍', ''), { minLength: 1, maxLength: 30 })
      .map((words) => `w${words.join(' ')}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 3 }),
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        async (texts, maxTokens) => {
          const parameters = maxTokens === undefined ? {} : { maxTokens };
          const mock = modelOf('echo', { provider: 'mock', parameters });
          const messages = texts.map(user);
          const end = await askMock(question({ provider: 'mock', messages, parameters }), () => true);
          expect(costOf(mock.prices, end?.usage ?? null)).toBe(reservationFor([mock], messages));
        },
      ),
    );
  });
});

describe('what a run that broke off has cost', () => {
  it('is nothing where nothing came, and grows with what did', () => {
    const { prices } = modelOf('a');
    expect(spentUntilBrokenOff(prices, [user('x'.repeat(300))], '')).toBe(0);
    expect(spentUntilBrokenOff(prices, [user('x'.repeat(300))], 'x'.repeat(30))).toBe(120);
    expect(spentUntilBrokenOff(null, [user('x')], 'x')).toBe(0);
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), (short, more) => {
        const spent = (length: number) => spentUntilBrokenOff(prices, [user('x')], 'y'.repeat(length));
        expect(spent(short + more)).toBeGreaterThanOrEqual(spent(short));
      }),
    );
  });
});

describe('what a model is sent', () => {
  it('is a text as one message of the user, a chat as it is', () => {
    expect(messagesOf({ text: 'Hello' })).toEqual([user('Hello')]);
    const messages = [{ role: 'system' as const, content: 'Be brief' }, user('Hello')];
    expect(messagesOf({ messages })).toEqual(messages);
  });

  it('has a limit, in bytes of JSON as they are kept', () => {
    const overhead = JSON.stringify([user('')]).length;
    const most = MESSAGES_MAX - overhead;
    expect(messagesOf({ text: 'x'.repeat(most) })).toHaveLength(1);
    expect(() => messagesOf({ text: 'x'.repeat(most + 1) })).toThrow(
      expect.objectContaining({ code: 'payload_too_large', message: expect.stringContaining(String(MESSAGES_MAX)) }),
    );
    // Two bytes each, and what JSON must escape.
    expect(() => messagesOf({ text: 'ü'.repeat(most / 2 + 1) })).toThrow(/bytes/);
    expect(() => messagesOf({ text: '"'.repeat(most / 2 + 1) })).toThrow(/bytes/);
    // Kept at two bytes each.
    expect(() => messagesOf({ text: `${'x'.repeat(most / 2)}λ` })).toThrow(/bytes/);
  });
});

describe('what is stored', () => {
  const text = 'Write to ada@example.com';
  it.each([
    ['none', null, null],
    ['masked', 'Write to [email]', { a: ['Write to [email]'], n: 1 }],
    ['whole', text, { a: [text], n: 1 }],
  ] as const)('%s', (storing, ofText, ofJson) => {
    expect(storedText(storing, text)).toBe(ofText);
    expect(storedJson(storing, { a: [text], n: 1 })).toEqual(ofJson);
    expect(storedJson(storing, null)).toBeNull();
  });
});

describe('a circuit', () => {
  it('is one for each provider, and for each endpoint of one’s own', () => {
    expect(circuitOf(modelOf('a'))).toBe('openai');
    expect(circuitOf(modelOf('a', { baseUrl: 'https://a.example.com/v1' }))).toBe('openai https://a.example.com/v1');
    expect(circuitOf(modelOf('b', { baseUrl: 'https://a.example.com/v2' }))).toBe('openai https://a.example.com/v2');
  });
});

describe('an event', () => {
  it.each([
    ['job_started', false],
    ['token_chunk', false],
    ['job_restarted', false],
    ['job_complete', true],
    ['job_failed', true],
    ['job_cancelled', true],
  ] as const)('%s is the last: %s', (type, last) => {
    expect(isLast({ type })).toBe(last);
  });
});
