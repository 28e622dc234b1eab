import { refused } from './failures.ts';
import type { Ask } from './port.ts';

/** The longest wait before a word, in milliseconds. */
const LONGEST_DELAY = 10_000;

/** Words between two turns of the event loop where there is no delay: seldom enough to cost nothing. */
const WORDS_A_TURN = 500;

/**
 * Says the prompt back, word by word, the same every time: what it says put together is the prompt. Counts words as tokens.
 * Parameters: `delayMs` before each word (0 to 10,000, else 0) and `maxTokens`, after which it stops.
 */
export const askMock: Ask = async ({ messages, parameters, signal }, onText) => {
  const { delayMs = 0, maxTokens = Number.POSITIVE_INFINITY } = parameters;
  if (typeof delayMs !== 'number' || !(delayMs >= 0 && delayMs <= LONGEST_DELAY))
    throw refused('invalid_request', `delayMs must be a number from 0 to ${LONGEST_DELAY}.`);

  const words = wordsOf(messages.map(({ content }) => content).join('\n'));
  const said = Math.min(words.length, maxTokens);
  for (const [index, text] of words.slice(0, said).entries()) {
    if (delayMs > 0) await wait(delayMs, signal);
    else if (index % WORDS_A_TURN === WORDS_A_TURN - 1) await wait(0, signal);
    signal.throwIfAborted();
    if (!onText(text)) return null;
  }
  signal.throwIfAborted();
  return {
    finishReason: said < words.length ? 'length' : 'stop',
    usage: { inputTokens: words.length, outputTokens: said },
    toolCalls: [],
  };
};

/** Each word with the white space behind it, the first one also with that before it. */
const wordsOf = (text: string): string[] => text.match(/^\s*\S+\s*|\S+\s*|^\s+$/g) ?? [];

/** @throws what the signal was aborted with, at once */
async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const wake = () => resolve();
  signal.addEventListener('abort', wake, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
  signal.throwIfAborted();
}
