import { batch, type Db, type Statement } from './db.ts';
import { readAgain, type ReadOf, type Results } from './reads.ts';

/** What is read in somebody else's round trip. */
export interface Meanwhile {
  /** Tells what it reads from all else that a tenant may read so: what it gave may be given again for a moment; null: it may not. */
  readonly name: string | null;
  statements(): readonly Statement[];
  /** Takes what each of them gave. */
  take(results: Results): void;
}

/**
 * Asks something, and what others want in the same round trip, which may be one of a moment ago.
 * @param of what the first statement reads
 * @returns what the first statement gave
 */
export async function withMeanwhile(
  db: Db,
  first: () => Statement,
  meanwhile: Meanwhile | null,
  of: ReadOf,
): Promise<unknown[]> {
  const read = (): Promise<Results> => batch(db, [first(), ...(meanwhile?.statements() ?? [])]);
  const name = meanwhile?.name ?? null;
  const results =
    name === null ? await read() : await readAgain({ ...of, name: `${of.name}\n${name}` }, read, foundFirst);
  const [result, ...others] = results;
  meanwhile?.take(others);
  return result as unknown[];
}

/** What belongs to nothing that was found may be anybody's guess: it is not to push out what others need. */
const foundFirst = ([found]: Results): boolean => (found as unknown[]).length > 0;
