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
    const together = joined(this.#pieces, this.#size);
    this.#pieces = [];
    this.#size = 0;
    this.#wakePump?.();
    this.#wakePump = null;
    return together;
  }

  /** @throws ProviderError malformed_response where an event is too long */
  #measure(piece: Uint8Array): void {
    const end = endOfEvents(piece);
    this.#eventSize = end < 0 ? this.#eventSize + piece.length : piece.length - end;
    if (this.#eventSize <= LONGEST_EVENT) return;
    void this.#reader.cancel().catch(() => undefined);
    throw malformed();
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Where the last event within a piece is over: behind an empty line; below 0 where none is. One cut in two is found later. */
function endOfEvents(piece: Uint8Array): number {
  for (let at = piece.lastIndexOf(NEWLINE); at > 0; at = piece.lastIndexOf(NEWLINE, at - 1)) {
    const before = piece[at - 1];
    if (before === NEWLINE || (before === CARRIAGE_RETURN && piece[at - 2] === NEWLINE)) return at + 1;
  }
  return -1;
}
