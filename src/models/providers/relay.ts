import type { EventSourceMessage } from 'eventsource-parser';
import { EventStream } from './event-stream.ts';
import { brokenOff, malformed } from './failures.ts';
import { type End, type OnText, ProviderError, type Question } from './port.ts';

/** What has come of an answer so far. */
export interface Answer {
  /**
   * Takes an event in.
   * @returns the text it adds
   * @throws ProviderError what the provider says has gone wrong; anything else, where the event is not of the protocol
   */
  take(event: EventSourceMessage): string;
  /** Whether its end has come. */
  readonly whole: boolean;
  /** Whether nothing follows, not even a count. */
  readonly over: boolean;
  /** Whether there is more of it, beside its text, than is kept. */
  readonly tooMuch: boolean;
  end(): End;
}

/**
 * Tells what comes of an answer, text by text.
 * @param body as the provider sends it
 * @returns the end; null where no more was wanted, or there is more of it than is kept
 * @throws ProviderError; whatever the signal was aborted with
 */
export async function relay(
  { signal }: Question,
  onText: OnText,
  answer: Answer,
  body: ReadableStream<Uint8Array>,
): Promise<End | null> {
  const stream = new EventStream(body);
  try {
    if (!(await isTaken(stream, signal, onText, answer))) {
      stream.cancel();
      return null;
    }
  } catch (error) {
    stream.cancel();
    signal.throwIfAborted();
    if (error instanceof ProviderError && error.code !== 'malformed_response') throw error;
    // Cut off behind the answer's end, only a count is missing.
    if (!answer.whole) throw error instanceof ProviderError ? error : brokenOff();
  }
  if (!answer.whole) throw brokenOff();
  return answer.end();
}

/** @returns false: no more of it is wanted, or there is too much */
async function isTaken(stream: EventStream, signal: AbortSignal, onText: OnText, answer: Answer): Promise<boolean> {
  // Once somebody is reading the first words, what follows may come together.
  let together = false;
  while (!answer.over) {
    const events = await stream.next(together);
    signal.throwIfAborted();
    if (events === null) return true;
    for (const event of events) {
      const text = understood(answer, event);
      if (answer.tooMuch) return false;
      if (text !== '') {
        if (!onText(text)) return false;
        signal.throwIfAborted();
        together = true;
      }
      if (answer.over) break;
    }
    if (answer.whole && events.length > 0) stream.whole();
  }
  void stream.finish();
  return true;
}

function understood(answer: Answer, event: EventSourceMessage): string {
  let text: unknown;
  try {
    text = answer.take(event);
  } catch (error) {
    throw error instanceof ProviderError ? error : malformed();
  }
  if (typeof text !== 'string') throw malformed();
  return text;
}
