import type { Edit } from './diff-script.ts';

/** A stretch of a script, with how many elements of each side come before it. */
export interface Stretch<E extends Edit> {
  edits: E[];
  oldBefore: number;
  newBefore: number;
}

const CONTEXT = 3;

/** Cuts a script into its changes, each with up to three equal lines around it; changes whose context meets are one. */
export function stretchesOf<E extends Edit>(edits: E[]): Stretch<E>[] {
  const stretches: Stretch<E>[] = [];
  let oldBefore = 0;
  let newBefore = 0;
  let position = 0;
  for (const [start, end] of changedRanges(edits)) {
    for (; position < start; position += 1) {
      oldBefore += edits[position]?.op === 'insert' ? 0 : 1;
      newBefore += edits[position]?.op === 'delete' ? 0 : 1;
    }
    stretches.push({ edits: edits.slice(start, end), oldBefore, newBefore });
  }
  return stretches;
}

function changedRanges(edits: readonly Edit[]): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  for (const [index, edit] of edits.entries()) {
    if (edit.op === 'equal') continue;
    const end = Math.min(edits.length, index + 1 + CONTEXT);
    const last = ranges.at(-1);
    if (last !== undefined && index - CONTEXT <= last[1]) last[1] = end;
    else ranges.push([Math.max(0, index - CONTEXT), end]);
  }
  return ranges;
}

/** How many elements of each side a stretch holds. */
export function sizesOf(edits: readonly Edit[]): { oldLines: number; newLines: number } {
  return {
    oldLines: edits.filter(({ op }) => op !== 'insert').length,
    newLines: edits.filter(({ op }) => op !== 'delete').length,
  };
}
