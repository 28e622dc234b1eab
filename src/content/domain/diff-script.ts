import { diffArrays } from 'diff';

/** One step from an old sequence to a new one. */
export interface Edit {
  op: 'equal' | 'insert' | 'delete';
  text: string;
}

/** Comparisons that may still be made. Counted rather than timed: the answer must not depend on the machine. */
export interface EditBudget {
  left: number;
}

/**
 * Edits between middles, as they were found before: what is included by many texts changes in each of them alike. The keys
 * hold the middles themselves.
 */
export type KnownEdits = Map<string, number>;

/** So many middles are remembered, of so many elements at most: some ten megabytes. */
const KNOWN_MAX = 50;
const KNOWN_ELEMENTS = 40_000;

/** Myers' algorithm takes time and memory quadratic in the number of edits. */
const MAX_EDITS = 1000;

/** Two sequences without their common beginning and end, equal texts as equal numbers. */
interface Middle {
  old: number[];
  current: number[];
  start: number;
}

/**
 * The shortest script from one sequence to the other, deletions before insertions. When the budget does not suffice, all
 * between the common beginning and end is replaced.
 */
export function editScript(old: readonly string[], current: readonly string[], budget: EditBudget): Edit[] {
  const middle = middleOf(old, current);
  const changes = boundedDiff(middle, budget) ?? [{ removed: middle.old.length, added: middle.current.length }];
  const edits: Edit[] = [];
  let [oldAt, newAt] = [0, 0];
  const keep = (count: number): void => {
    for (const text of old.slice(oldAt, oldAt + count)) edits.push({ op: 'equal', text });
    oldAt += count;
    newAt += count;
  };
  keep(middle.start);
  for (const { equal = 0, removed = 0, added = 0 } of changes) {
    keep(equal);
    for (const text of old.slice(oldAt, oldAt + removed)) edits.push({ op: 'delete', text });
    for (const text of current.slice(newAt, newAt + added)) edits.push({ op: 'insert', text });
    oldAt += removed;
    newAt += added;
  }
  keep(old.length - oldAt);
  return edits;
}

/**
 * Deletions and insertions over the length of both sequences. When the budget does not suffice: the pairs of neighbours
 * that the sequences do not share, but at least the number of edits that were tried in vain.
 */
export function shareOf(
  old: readonly string[],
  current: readonly string[],
  budget: EditBudget,
  known: KnownEdits,
): number {
  const total = old.length + current.length;
  if (total === 0) return 0;
  const middle = middleOf(old, current);
  // Elements are numbered as they come, so that like middles have like numbers.
  const isShort = middle.old.length + middle.current.length <= KNOWN_ELEMENTS;
  const key = isShort ? `${middle.old.join()} ${middle.current.join()}` : '';
  const edits = known.get(key) ?? countEdits(middle, budget);
  if (isShort && known.size < KNOWN_MAX) known.set(key, edits);
  return edits / total;
}

function countEdits(middle: Middle, budget: EditBudget): number {
  const tried = editLimit(middle, budget);
  const changes = boundedDiff(middle, budget);
  const edits = changes?.reduce((sum, { removed = 0, added = 0 }) => sum + removed + added, 0);
  return edits ?? Math.max(unsharedPairs(middle), tried + 1);
}

function middleOf(old: readonly string[], current: readonly string[]): Middle {
  const shorter = Math.min(old.length, current.length);
  let start = 0;
  while (start < shorter && old[start] === current[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === current.at(-1 - end)) end += 1;
  const numbers = new Map<string, number>();
  const number = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  return {
    old: old.slice(start, old.length - end).map(number),
    current: current.slice(start, current.length - end).map(number),
    start,
  };
}

/** What stays, then what is replaced by what, in numbers of elements. */
interface Change {
  equal?: number;
  removed?: number;
  added?: number;
}

function editLimit({ old, current }: Middle, budget: EditBudget): number {
  return Math.min(MAX_EDITS, Math.floor(budget.left / (old.length + current.length + 1)));
}

/** The changes between two middles, or null when there are more than the budget allows. */
function boundedDiff(middle: Middle, budget: EditBudget): Change[] | null {
  const { old, current } = middle;
  if (old.length === 0 || current.length === 0) return [{ removed: old.length, added: current.length }];
  const limit = editLimit(middle, budget);
  const steps = diffArrays(old, current, { maxEditLength: limit });
  const changes = steps === undefined ? null : steps.reduce<Change[]>(withStep, []);
  const edits = changes?.reduce((sum, { removed = 0, added = 0 }) => sum + removed + added, 0) ?? limit;
  budget.left -= (edits + 1) * (old.length + current.length);
  return changes;
}

function withStep(changes: Change[], step: { added: boolean; removed: boolean; count: number }): Change[] {
  const last = changes.at(-1);
  if (!step.added && !step.removed) changes.push({ equal: step.count });
  else {
    const change = last ?? {};
    if (last === undefined) changes.push(change);
    if (step.added) change.added = (change.added ?? 0) + step.count;
    else change.removed = (change.removed ?? 0) + step.count;
  }
  return changes;
}

function unsharedPairs({ old, current }: Middle): number {
  const balance = new Map<string, number>();
  const count = (numbers: number[], by: 1 | -1): void => {
    for (const [index, number] of numbers.entries()) {
      const pair = `${numbers[index - 1] ?? ''},${number}`;
      balance.set(pair, (balance.get(pair) ?? 0) + by);
    }
  };
  count(old, 1);
  count(current, -1);
  return [...balance.values()].reduce((sum, value) => sum + Math.abs(value), 0);
}
