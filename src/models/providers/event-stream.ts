import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { malformed } from './failures.ts';
import { LumpReader } from './lump-reader.ts';

/** In UTF-16 units. An event is kept until its end, in a memory that is shared with other tenants' executions. */
const LONGEST_EVENT = 1_048_576;

/** So long a whole answer is waited with for the next event, a count, or the end (ms): a comment is none. */
const LINGER_MS = 3_000;

/**
 * The events of an answer, all that came together at once: an SDK takes a dozen promises for each, whatever is in it, which is
 * most of what a long answer costs. It ends where one event is too long, and soon after an answer that is whole.
 */
export class EventStream {
  readonly #lumps: LumpReader;
  /** When a whole answer has ended, whatever comes (ms); null: it is not whole. */
  #endsAt: number | null = null;
  #events: EventSourceMessage[] = [];
  #isTooLong = false;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: (event) => this.#events.push(event),
    onError: ({ type }) => {
      this.#isTooLong ||= type === 'max-buffer-size-exceeded';
    },
  });

  constructor(body: ReadableStream<Uint8Array>) {
    this.#lumps = new LumpReader(body);
  }

  /**
   * @param together whether what comes may wait for a moment, to come together with what follows
   * @returns the events that have come to their end since, perhaps none; null: that was the end
   * @throws ProviderError malformed_response where one is too long; what the body fails with
   */
  async next(together: boolean): Promise<EventSourceMessage[] | null> {
    const read = await this.#read(together);
    if (read.done) return null;
    this.#events = [];
    this.#parser.feed(this.#decoder.decode(read.value, { stream: true }));
    return this.#events;
  }

  /** The answer is whole, as of the events that were just read: some leave the connection open behind it. */
  whole(): void {
    this.#endsAt = Date.now() + LINGER_MS;
  }

  /** No more of it is wanted. */
  cancel(): void {
    void this.#lumps.cancel().catch(() => undefined);
  }

  /** Nothing more is to come. What ends by itself leaves its connection to the next question. */
  async finish(): Promise<void> {
    this.whole();
    try {
      while (!(await this.#read(false)).done);
    } catch {
      // It has said all it had to.
    }
  }

  async #read(together: boolean): Promise<ReadableStreamReadResult<Uint8Array>> {
    if (this.#isTooLong) throw malformed();
    if (this.#endsAt === null) return this.#lumps.read(together);
    const { promise: ended, resolve } = Promise.withResolvers<ReadableStreamReadResult<Uint8Array>>();
    const timer = setTimeout(() => resolve({ done: true, value: undefined }), Math.max(0, this.#endsAt - Date.now()));
    try {
      const read = await Promise.race([ended, this.#lumps.read(together)]);
      if (read.done) this.cancel();
      return read;
    } finally {
      clearTimeout(timer);
    }
  }
}
