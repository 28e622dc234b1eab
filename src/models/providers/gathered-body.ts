import { malformed } from './failures.ts';
import { LumpReader, type Reader } from './lump-reader.ts';

/** In bytes. An SDK keeps an event until its end, and this memory is shared with other tenants' executions. */
const LONGEST_EVENT = 1_048_576;

/** So long a whole answer is waited with for the next event, a count, or the end (ms): a comment is none. */
const LINGER_MS = 3_000;

/**
 * The bytes of an answer, given to an SDK by what it uses of a body: its reader. A provider sends an event a token, and
 * taking one in costs an SDK a dozen promises, whatever is in it. So once somebody is reading the first words, what
 * follows may come together for a moment. It ends where one event is too long, and soon after an answer that is whole.
 */
export class GatheredBody {
  readonly #body: ReadableStream<Uint8Array>;
  readonly #plain: ReadableStreamDefaultReader<Uint8Array>;
  /** Made with the first read, before anything is kept: where something is on its way to a disk a pipe has to wait. */
  #lumps: LumpReader | null = null;
  #gathers = false;
  /** When a whole answer has ended, whatever comes (ms); null: it is not whole. */
  #endsAt: number | null = null;
  /** How much there is of the event that has not ended yet. */
  #eventSize = 0;
  /** The bytes that were read last, the newest first: as many as an end may begin with. */
  readonly #last: [number, number, number] = [0, 0, 0];

  constructor(body: ReadableStream<Uint8Array>) {
    this.#body = body;
    this.#plain = body.getReader();
  }

  /** From now on pieces may wait for each other. */
  gather(): void {
    this.#gathers = true;
    this.#lumps?.gather();
  }

  /** The answer is whole, as of the event that was just read: some leave the connection open behind it. */
  whole(): void {
    this.#endsAt = Date.now() + LINGER_MS;
  }

  getReader(): Reader {
    return {
      read: () => this.#read(),
      cancel: (reason) => this.#reader.cancel(reason),
      releaseLock: () => undefined,
    };
  }

  get #reader(): Pick<Reader, 'read' | 'cancel'> {
    return this.#lumps ?? this.#plain;
  }

  async #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    const read = await (this.#endsAt === null ? this.#reader.read() : this.#readUntil(this.#endsAt));
    if (read.done) return read;
    if (this.#lumps === null) this.#split();
    this.#measure(read.value);
    return read;
  }

  #split(): void {
    this.#plain.releaseLock();
    this.#lumps = new LumpReader(this.#body);
    if (this.#gathers) this.#lumps.gather();
  }

  async #readUntil(end: number): Promise<ReadableStreamReadResult<Uint8Array>> {
    const { promise: ended, resolve } = Promise.withResolvers<ReadableStreamReadResult<Uint8Array>>();
    const timer = setTimeout(() => resolve({ done: true, value: undefined }), Math.max(0, end - Date.now()));
    try {
      const read = await Promise.race([ended, this.#reader.read()]);
      if (read.done) void this.#reader.cancel().catch(() => undefined);
      return read;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws ProviderError malformed_response where an event is too long */
  #measure(piece: Uint8Array): void {
    const end = endOfEvents(this.#last, piece);
    for (let at = Math.max(0, piece.length - this.#last.length); at < piece.length; at++) {
      this.#last.copyWithin(1, 0);
      this.#last[0] = piece[at] ?? 0;
    }
    this.#eventSize = end < 0 ? this.#eventSize + piece.length : piece.length - end;
    if (this.#eventSize <= LONGEST_EVENT) return;
    void this.#reader.cancel().catch(() => undefined);
    throw malformed();
  }
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Where the last event is over that ends in a piece: behind an empty line, which may have begun in what was read before;
 * below 0 where none does. Lines may end with LF, with CR or with both, but all in the same way: Anthropic's SDK knows an
 * end by nothing else, and would keep on waiting for one.
 */
function endOfEvents(before: readonly number[], piece: Uint8Array): number {
  const byteAt = (at: number): number | undefined => (at < 0 ? before[-at - 1] : piece[at]);
  for (let at = piece.length - 1; at >= 0; at--) {
    const byte = piece[at];
    if (byte !== NEWLINE && byte !== CARRIAGE_RETURN) continue;
    const last = byteAt(at - 1);
    if (last === byte) return at + 1;
    const isBoth = byte === NEWLINE && last === CARRIAGE_RETURN;
    if (isBoth && byteAt(at - 2) === NEWLINE && byteAt(at - 3) === CARRIAGE_RETURN) return at + 1;
  }
  return -1;
}
