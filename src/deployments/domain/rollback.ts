/** A deployment that moved an entry. */
export interface Touch {
  id: string;
  rollbackOf: string | null;
  entryId: string;
}

/**
 * Of what came after a deployment and moved its entries, in its order, that which still stands: for each entry, a
 * deployment and the rollback of it leave everything as it was before the two.
 */
export function stillStanding<T extends Touch>(later: readonly T[]): T[] {
  const standing = new Map<string, T[]>();
  for (const touch of later) {
    const stack = standing.get(touch.entryId) ?? [];
    if (touch.rollbackOf !== null && stack.at(-1)?.id === touch.rollbackOf) stack.pop();
    else stack.push(touch);
    standing.set(touch.entryId, stack);
  }
  return later.filter((touch) => standing.get(touch.entryId)?.includes(touch));
}
