import { malformed } from './failures.ts';

/** Pieces wait for so long to come together at most (ms). */
const GATHER_MS = 10;
/** And no longer than this, in bytes. */
const GATHER_MAX = 65_536;
/** In bytes. An SDK keeps an event until its end, and this memory is shared with other tenants' executions. */
const LONGEST_EVENT = 1_048_576;

type Read = { done: false; value: Uint8Array } | { done: true; value: undefined };

/**
 * The bytes of an answer, given to an SDK by what it uses of a body: its reader. A provider sends an event a token, and
 * taking one in costs an SDK a dozen promises, whatever is in it. So once somebody is reading the first words, what
 * follows may come together for a moment. It ends where one event is too long.
 */
export class GatheredBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #gathers = false;
  #pumps = false;
  #pieces: Uint8Array[] = [];
  #size = 0;
  /** How much there is of the event that has not ended yet. */
  #eventSize = 0;
  /** The bytes that were read last, the newest first: as many as an end may begin with. */
  readonly #last: [number, number, number] = [0, 0, 0];
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** Whether what has come together is to go. */
  #isReady = false;
  #isOver = false;
  #failure: { error: unknown } | null = null;
  /** Whoever waits: the SDK for something to read, the pump for room. */
  #wakeReader: (() => void) | null = null;
  #wakePump: (() => void) | null = null;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** From now on pieces may wait for each other. */
  gather(): void {
    this.#gathers = true;
  }

  getReader(): Pick<ReadableStreamDefaultReader<Uint8Array>, 'cancel' | 'releaseLock'> & { read(): Promise<Read> } {
    return {
      read: () => (this.#gathers ? this.#together() : this.#next()),
      cancel: (reason) => this.#reader.cancel(reason),
      releaseLock: () => undefined,
    };
  }

  async #next(): Promise<Read> {
    const read = await this.#reader.read();
    if (read.done) return { done: true, value: undefined };
    this.#measure(read.value);
    return { done: false, value: read.value };
  }

  async #together(): Promise<Read> {
    if (!this.#pumps) {
      this.#pumps = true;
      void this.#pump();
    }
    if (!this.#isReady) {
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
    if (this.#pieces.length > 0) return { done: false, value: this.#take() };
    if (this.#failure !== null) throw this.#failure.error;
    return { done: true, value: undefined };
  }

  /** Reads ahead, as long as little is waiting. */
  async #pump(): Promise<void> {
    try {
      for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) {
        this.#measure(read.value);
        this.#pieces.push(read.value);
        this.#size += read.value.length;
        if (this.#size < GATHER_MAX) {
          this.#timer ??= setTimeout(() => this.#hand(), GATHER_MS);
          continue;
        }
        this.#hand();
        await new Promise<void>((resolve) => {
          this.#wakePump = resolve;
        });
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#isOver = true;
    this.#hand();
  }

  #hand(): void {
    this.#isReady = true;
    this.#wakeReader?.();
    this.#wakeReader = null;
  }

  #take(): Uint8Array {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isReady = this.#isOver;
    const together = joined(this.#pieces);
    this.#pieces = [];
    this.#size = 0;
    this.#wakePump?.();
    this.#wakePump = null;
    return together;
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

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const all = new Uint8Array(pieces.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
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
