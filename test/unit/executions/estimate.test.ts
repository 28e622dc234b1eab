import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circuitOf } from '../../../src/executions/domain/circuit.ts';
import { limited, reservationFor, spentUntilBrokenOff } from '../../../src/executions/domain/estimate.ts';
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

/** What 300 characters of one message may cost at most as input, in tokens: with what stands around them, and the parameters. */
const INPUT = 300 + 16;
const bytesOf = (value: object) => new TextEncoder().encode(JSON.stringify(value)).length;

describe('what is held back for a run', () => {
  const asked = [user('x'.repeat(300))];
  const held = (more: Parameters<typeof modelOf>[1] = {}) => reservationFor([modelOf('a', more)], asked);
  const cost = (output: number, parameters: object = {}, more = 0) => INPUT + bytesOf(parameters) + more + 2 * output;

  it('is what all the bytes in would cost, each a token, and as much out as there may be', () => {
    // A token at 1 µ$ there, at 2 µ$ back.
    expect(held()).toBe(cost(4_096));
    expect(held({ parameters: { maxTokens: 10 } })).toBe(cost(10, { maxTokens: 10 }));
    expect(reservationFor([modelOf('a')], [user('ü'.repeat(150))])).toBe(held());
    expect(reservationFor([modelOf('a')], [user('漢'.repeat(100))])).toBe(held());
    expect(reservationFor([modelOf('a')], [...asked, ...asked])).toBe(held() + INPUT);
  });

  it('knows the limit of an answer in the providers’ words, and what else is sent', () => {
    for (const said of [
      { max_tokens: 9_000 },
      { max_completion_tokens: 9_000 },
      { max_tokens: 9_000, max_completion_tokens: 1 },
    ]) {
      expect(held({ parameters: said })).toBe(cost(9_000, said));
    }
    expect(held({ provider: 'anthropic', parameters: { max_tokens: 9_000 } })).toBe(cost(9_000, { max_tokens: 9_000 }));
    const both = { maxTokens: 5, max_tokens: 9_000 };
    expect(held({ parameters: both })).toBe(cost(5, both));
    const tools = [{ type: 'function', function: { name: 'find', description: 'y'.repeat(10_000) } }];
    expect(held({ parameters: { maxTokens: 5, tools } })).toBe(cost(5, { maxTokens: 5, tools }, 1_000));
    const responseFormat = { type: 'json_schema' as const, schema: { type: 'object', title: 'y'.repeat(5_000) } };
    expect(held({ parameters: { maxTokens: 5, responseFormat } })).toBe(
      cost(5, { maxTokens: 5, responseFormat }, 1_000),
    );
  });

  it('is that of the dearest model that may be asked; one without a price counts as nothing', () => {
    const dear = { inputMicrosPerMillion: 10_000_000, outputMicrosPerMillion: 20_000_000 };
    const models = [modelOf('a'), modelOf('b', { prices: dear }), modelOf('c', { prices: null })];
    expect(reservationFor(models, asked)).toBe(10 * cost(4_096));
    expect(reservationFor([modelOf('c', { prices: null })], [user('x')])).toBe(0);
    expect(reservationFor([modelOf('c', { prices: free })], [user('x')])).toBe(0);
  });

  it('is a limit that is sent, where a budget must pay for it and nothing else limits the answer', () => {
    const limitOf = (more: Parameters<typeof modelOf>[1]) =>
      limited([modelOf('a', more)], asked)[0].parameters.maxTokens;
    const { parameters } = limited([modelOf('a')], asked)[0];
    expect(parameters).toEqual({ maxTokens: 4_096 });
    expect(limitOf({ parameters: { max_tokens: null, max_completion_tokens: null } })).toBe(4_096);
    // No limit that a provider could keep to.
    for (const odd of ['9', -1, 1.5, {}, [3], true]) expect(limitOf({ parameters: { max_tokens: odd } })).toBe(4_096);
    expect(limitOf({ parameters: { max_tokens: 9, max_completion_tokens: 'all' } })).toBe(4_096);
    expect(limitOf({ provider: 'anthropic', parameters: { max_tokens: null } })).toBe(4_096);
    // It must fit into the window.
    expect([1_000_000, 4_600, 1_000, 1].map((contextWindow) => limitOf({ contextWindow }))).toEqual([
      4_096, 4_096, 682, 1,
    ]);
    const chain = limited([modelOf('a', { parameters: { maxTokens: 7 } }), modelOf('b')], asked);
    expect(chain.map((model) => model.parameters)).toEqual([{ maxTokens: 7 }, { maxTokens: 4_096 }]);
  });

  it('leaves alone what is limited by itself', () => {
    const models = [
      modelOf('a', { parameters: { maxTokens: 7 } }),
      modelOf('b', { parameters: { max_tokens: 70_000 } }),
      modelOf('c', { parameters: { max_completion_tokens: 8 } }),
      modelOf('d', { provider: 'anthropic' }),
      modelOf('e', { provider: 'mock' }),
    ] as const;
    expect(limited([...models], asked)).toEqual(models);
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
    const asked = modelOf('a');
    expect(spentUntilBrokenOff(asked, [user('x'.repeat(300))], '')).toBe(0);
    expect(spentUntilBrokenOff(asked, [user('x'.repeat(300))], 'x'.repeat(30))).toBe(120);
    expect(spentUntilBrokenOff(modelOf('a', { prices: null }), [user('x')], 'x')).toBe(0);
    // No more than it could say.
    const brief = modelOf('a', { parameters: { maxTokens: 4 } });
    expect(spentUntilBrokenOff(brief, [user('x'.repeat(300))], 'x'.repeat(30))).toBe(108);
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(5_000), (short, more) => {
        const spent = (length: number) => spentUntilBrokenOff(asked, [user('x')], 'y'.repeat(length));
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
