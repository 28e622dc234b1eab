/**
 * Runs work one piece after the other. A Durable Object needs it for what awaits D1: its input gates hold back other
 * events only while its own storage is busy.
 */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the work once everything before it is over, whatever came of that. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
