/** Pieces wait for so long to come together at most (ms). */
const GATHER_MS = 40;
/** And no longer than this, in bytes. */
const LUMP_MAX = 64 * 1024;
/** How much is drained at a time, in bytes: more of a stream on which much comes. One on which nothing comes holds three. */
const STEP = { first: 4 * 1024, most: 32 * 1024 };

/** A body that is split. */
interface Halves {
  reader: ReadableStreamBYOBReader;
  /** Of the other half. */
  drain: ReadableStreamBYOBReader;
}

/**
 * Reads all that has come within a moment. workerd reads a chunk of HTTP at a time, though more are there, and each read
 * costs it 50 µs. But what waits in a half of a split body is read at once: so its other half is drained beside it, by
 * workerd itself, without a turn of JavaScript for each chunk. It is split once something was read: a body that nothing was
 * read of yet would be split as it is sent, compressed, and each half unpacked for itself.
 */
export class LumpReader {
  readonly #body: ReadableStream<Uint8Array>;
  /** Reads what is to come at once. */
  readonly #plain: ReadableStreamDefaultReader<Uint8Array>;
  #halves: Halves | null = null;
  /** How much was drained and is yet to be read, in bytes; below 0 where the reader was first. */
  #ahead = 0;
  #step = STEP.first;
  /** Nothing more comes together. */
  #isOver = false;
  readonly #left = new AbortController();
  #wake: (() => void) | null = null;
  #taken: (() => void) | null = null;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#body = body;
    this.#plain = body.getReader();
  }

  /** @param together whether pieces may wait for each other for a moment: not before something was read */
  async read(together: boolean): Promise<ReadableStreamReadResult<Uint8Array>> {
    if (this.#halves === null && !together) return this.#plain.read();
    // What was just read goes on its way before the body is split.
    if (this.#halves === null) await scheduler.wait(1);
    const { reader } = (this.#halves ??= this.#split());
    if (together && this.#ahead < LUMP_MAX && !this.#isOver) await this.#pause();
    // What is drained is counted a step at a time: as much again may be there.
    const read = await reader.read(new Uint8Array(STEP.first + this.#step + Math.max(0, this.#ahead)));
    this.#ahead -= read.value?.length ?? 0;
    this.#taken?.();
    return read;
  }

  async cancel(): Promise<void> {
    if (this.#halves === null) return this.#plain.cancel();
    // The other half may be waiting for what never comes: that alone would keep the connection.
    this.#left.abort();
    await Promise.all([this.#halves.reader.cancel(), this.#halves.drain.cancel().catch(() => undefined)]);
  }

  #split(): Halves {
    this.#plain.releaseLock();
    const [half, other] = this.#body.tee();
    const { readable, writable } = new IdentityTransformStream();
    // Whatever goes wrong is told by the half that is read.
    other.pipeTo(writable, { signal: this.#left.signal }).catch(() => this.#end());
    const drain = readable.getReader({ mode: 'byob' });
    void this.#runAhead(drain);
    return { reader: half.getReader({ mode: 'byob' }), drain };
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Drains the other half, a lump ahead of the reader at most. */
  async #runAhead(drain: ReadableStreamBYOBReader): Promise<void> {
    try {
      let room = new Uint8Array(this.#step);
      for (;;) {
        const { done, value } = await drain.readAtLeast(this.#step, room);
        if (done) break;
        this.#ahead += value.length;
        this.#step = Math.min(STEP.most, this.#step * 2);
        room = value.buffer.byteLength < this.#step ? new Uint8Array(this.#step) : new Uint8Array(value.buffer);
        if (this.#ahead >= LUMP_MAX) await this.#untilTaken();
      }
    } catch {
      // The half that is read says it too.
    }
    this.#end();
  }

  #untilTaken(): Promise<void> {
    this.#wake?.();
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  #end(): void {
    this.#isOver = true;
    this.#wake?.();
  }
}
