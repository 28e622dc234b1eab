/** How much is read at once, so that a long log is never in memory as a whole. */
const PAGE = 100;

/** One line of a log. */
export interface LogEntry {
  /** From 1, without gaps. */
  seq: number;
  /** Which part of the whole it belongs to. */
  part: number;
  /** JSON. */
  body: string;
}

const PREFIX = 'event:';
const keyOf = (seq: number): string => PREFIX + String(seq).padStart(10, '0');

/**
 * A numbered log in the SQLite of a Durable Object, beside whatever else it keeps there: a table of its own would cost
 * each object more to make than the log of a short run. All of it is synchronous: between two calls nothing can happen.
 */
export class EventLog {
  readonly #kv: SyncKvStorage;
  /** The newest entry, for those who have read all before it; null: there is none; undefined: not looked yet. */
  #last: LogEntry | null | undefined;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  /** The number of the last entry, 0 before the first. */
  get lastSeq(): number {
    if (this.#last === undefined) {
      const [last] = this.#read({ reverse: true, limit: 1 });
      this.#last = last ?? null;
    }
    return this.#last?.seq ?? 0;
  }

  /** Keeps an entry under the next number. */
  append(part: number, body: string): void {
    const entry = { seq: this.lastSeq + 1, part, body };
    this.#kv.put(keyOf(entry.seq), entry);
    this.#last = entry;
  }

  /** Its storage was emptied. */
  forget(): void {
    this.#last = null;
  }

  /** What came after a number, in order, a page of it. */
  after(seq: number): LogEntry[] {
    const newer = this.lastSeq - seq;
    if (newer <= 0 || this.#last === null || this.#last === undefined) return [];
    return newer === 1 ? [this.#last] : [...this.#read({ startAfter: keyOf(seq), limit: PAGE })];
  }

  /** All of one part, in order. */
  *ofPart(part: number): Iterable<LogEntry> {
    for (const entry of this.#read({})) if (entry.part === part) yield entry;
  }

  *#read(options: SyncKvListOptions): Iterable<LogEntry> {
    for (const [, entry] of this.#kv.list<LogEntry>({ prefix: PREFIX, ...options })) yield entry;
  }
}
