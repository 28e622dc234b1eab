import { batch, type Db, type Statement } from './db.ts';

/** What is read in somebody else's round trip. */
export interface Meanwhile {
  readonly statements: readonly Statement[];
  /** Takes what each of them gave. */
  take(results: readonly unknown[]): void;
}

/** Asks something, and what others want in the same round trip. @returns what the first statement gave */
export async function withMeanwhile(db: Db, first: Statement, meanwhile: Meanwhile | null): Promise<unknown> {
  const [result, ...others] = await batch(db, [first, ...(meanwhile?.statements ?? [])]);
  meanwhile?.take(others);
  return result;
}
