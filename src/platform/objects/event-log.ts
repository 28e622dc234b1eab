/** How much is read at once, so that a long log is never in memory as a whole. */
const PAGE = 100;

/** One line of a log. */
export interface Entry extends Record<string, SqlStorageValue> {
  /** From 1, without gaps. */
  seq: number;
  /** Which part of the whole it belongs to. */
  part: number;
  /** JSON. */
  body: string;
}

/** A numbered log in the SQLite of a Durable Object. All of it is synchronous: between two calls nothing can happen. */
export class EventLog {
  readonly #sql: SqlStorage;
  #lastSeq: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Before the first entry. Not in the constructor: an object that is only looked at shall leave nothing behind. */
  create(): void {
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, part INTEGER NOT NULL, body TEXT NOT NULL)',
    );
    this.#lastSeq = null;
  }

  /** The number of the last entry, 0 before the first. */
  get lastSeq(): number {
    this.#lastSeq ??= this.#sql.exec<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events').one().seq;
    return this.#lastSeq;
  }

  /** Keeps an entry under the next number. */
  append(part: number, body: string): void {
    const seq = this.lastSeq + 1;
    this.#sql.exec('INSERT INTO events (seq, part, body) VALUES (?, ?, ?)', seq, part, body);
    this.#lastSeq = seq;
  }

  /** What came after a number, in order, a page of it. */
  after(seq: number): Entry[] {
    return this.#sql.exec<Entry>('SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?', seq, PAGE).toArray();
  }

  /** All of one part, in order. */
  ofPart(part: number): Iterable<Entry> {
    return this.#sql.exec<Entry>('SELECT * FROM events WHERE part = ? ORDER BY seq', part);
  }
}
