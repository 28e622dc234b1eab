import { brokenOff, malformed } from './failures.ts';
import type { End, OnText, Question } from './port.ts';
import type { WayOut } from './way-out.ts';

/** What has come of an answer so far. */
export interface Answer<Event> {
  /** Takes an event in. @returns the text it adds @throws anything, where the event is not of the protocol */
  take(event: Event): string;
  /** Whether its end has come. */
  readonly whole: boolean;
  /** Whether there is more of it, beside its text, than is kept. */
  readonly tooMuch: boolean;
  end(): End;
}

/**
 * Asks by an SDK and tells what comes, text by text.
 * @param payloadOf the error that a provider sent inside the stream, where that is what the SDK threw
 * @returns the end; null where no more was wanted, or there is more of it than is kept
 * @throws ProviderError; whatever the signal was aborted with
 */
export async function relay<Event>(
  { signal }: Question,
  onText: OnText,
  way: WayOut,
  answer: Answer<Event>,
  open: () => PromiseLike<AsyncIterable<Event>>,
  payloadOf: (error: unknown) => { error: unknown } | undefined,
): Promise<End | null> {
  try {
    for await (const event of await open()) {
      const text = understood(answer, event);
      // Leaving the loop makes the SDK close the connection.
      if (answer.tooMuch) return null;
      if (answer.whole) way.whole();
      if (text === '') continue;
      if (!onText(text)) return null;
      way.gather();
    }
  } catch (error) {
    signal.throwIfAborted();
    const payload = payloadOf(error);
    // Cut off behind the answer's end, only a count is missing.
    if (!answer.whole || payload !== undefined) throw way.explain(error, payload);
  }
  // The SDKs end an aborted stream as if it were over.
  signal.throwIfAborted();
  if (!answer.whole) throw brokenOff();
  return answer.end();
}

function understood<Event>(answer: Answer<Event>, event: Event): string {
  let text: unknown;
  try {
    text = answer.take(event);
  } catch {
    throw malformed();
  }
  if (typeof text !== 'string') throw malformed();
  return text;
}
