/** Pieces wait for so long to come together at most (ms). */
const GATHER_MS = 40;
/** And no longer than this, in bytes. */
const LUMP_MAX = 64 * 1024;
/** How much is drained at a time, in bytes: a stream on which nothing comes holds two of them. */
const STEP = 8 * 1024;

/** What an SDK uses of a body's reader. */
export type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel' | 'releaseLock'>;

/**
 * Reads all that has come within a moment. workerd reads a chunk of HTTP at a time, though more are there, and each read
 * costs it 50 µs. But what waits in a half of a split body is read at once: so its other half is drained beside it, by
 * workerd itself, without a turn of JavaScript for each chunk. It is made once something was read: a body that nothing was
 * read of yet would be split as it is sent, compressed, and each half unpacked for itself.
 */
export class LumpReader {
  readonly #reader: ReadableStreamBYOBReader;
  /** Of the other half. */
  readonly #drain: ReadableStreamBYOBReader;
  /** Whether pieces may wait for each other. */
  #gathers = false;
  /** How much was drained and is yet to be read, in bytes; below 0 where the reader was first. */
  #ahead = 0;
  /** Nothing more comes together. */
  #isOver = false;
  readonly #left = new AbortController();
  #wake: (() => void) | null = null;
  #taken: (() => void) | null = null;

  constructor(body: ReadableStream<Uint8Array>) {
    const [half, other] = body.tee();
    const { readable, writable } = new IdentityTransformStream();
    // Whatever goes wrong is told by the half that is read.
    other.pipeTo(writable, { signal: this.#left.signal }).catch(() => this.#end());
    this.#reader = half.getReader({ mode: 'byob' });
    this.#drain = readable.getReader({ mode: 'byob' });
    void this.#runAhead();
  }

  /** From now on pieces may wait for each other. */
  gather(): void {
    this.#gathers = true;
  }

  async read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    if (this.#gathers && this.#ahead < LUMP_MAX && !this.#isOver) await this.#pause();
    const read = await this.#reader.read(new Uint8Array(STEP + Math.max(0, this.#ahead)));
    this.#ahead -= read.value?.length ?? 0;
    this.#taken?.();
    return read;
  }

  async cancel(reason?: unknown): Promise<void> {
    // The other half may be waiting for what never comes: that alone would keep the connection.
    this.#left.abort(reason);
    await Promise.all([this.#reader.cancel(reason), this.#drain.cancel(reason).catch(() => undefined)]);
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
  async #runAhead(): Promise<void> {
    try {
      let room = new Uint8Array(STEP);
      for (;;) {
        const { done, value } = await this.#drain.readAtLeast(STEP, room);
        if (done) break;
        room = new Uint8Array(value.buffer);
        this.#ahead += value.length;
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
