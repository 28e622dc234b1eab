import { sizesOf, stretchesOf } from './diff-hunks.ts';
import type { Stretch } from './diff-hunks.ts';
import { editScript, shareOf } from './diff-script.ts';
import type { Edit, EditBudget, KnownEdits } from './diff-script.ts';
import { unifiedDiff } from './diff-unified.ts';
import { wordsOf } from './diff-words.ts';

/** A run of characters within a changed line. */
export interface DiffSpan {
  op: 'equal' | 'insert' | 'delete';
  text: string;
}

export interface DiffLine {
  op: 'equal' | 'insert' | 'delete';
  /** Counted from 1; null on the side that does not have the line. */
  oldLine: number | null;
  newLine: number | null;
  text: string;
  /** For a changed line that has a counterpart: what changed within it, as spans that make up its text. Left out once the budget is spent. */
  words?: DiffSpan[];
}

/** Neighbouring changes in one part, with up to three equal lines on either side. */
export interface DiffHunk {
  /** `text`, `messages[2].content`, `messages[2].role`, `variables`, `model`. */
  path: string;
  /** The first line on each side; where a side has no line, the one before, as unified diffs have it. */
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  lines: DiffLine[];
}

/** One version's content. `variables` and `model` are compared as JSON, whatever the order of their keys. */
export interface DiffSide {
  label: string;
  text?: string;
  messages?: { role: string; content: string }[];
  variables?: unknown;
  model?: unknown;
}

export interface ContentDiff {
  hunks: DiffHunk[];
  /** A unified diff with one file for each part that differs; empty when nothing does. */
  unified: string;
}

/** How many comparisons one diff may take, over all its parts: well under a second, however unlike the sides are. */
const DIFF_BUDGET = 20_000_000;
/** The same for {@link changedShare}, which may stand in the way of a deployment. */
const SHARE_BUDGET = 30_000_000;

/** And for all shares that are asked for together: some two seconds. */
const SHARES_BUDGET = 100_000_000;

/** For several diffs that together are one answer. */
export const newDiffBudget = (): EditBudget => ({ left: DIFF_BUDGET });

/** What several {@link changedShare}s that together are one answer may take. */
export interface ShareBudget extends EditBudget {
  readonly known: KnownEdits;
}

export const newShareBudget = (): ShareBudget => ({ left: SHARES_BUDGET, known: new Map() });

interface Part {
  path: string;
  from: string | undefined;
  to: string | undefined;
}

/**
 * Compares two versions part by part. Messages are matched by their index, so that a message added in the middle shows
 * as changes to those behind it. Lines end at `\n` and the rest of a text after its last `\n` is a line too, be it empty.
 * Bounded in time: parts that are too unlike are shown as replaced between their common beginning and end.
 * @param budget what may be compared; a fresh one unless several diffs share it
 */
export function diffContent(from: DiffSide, to: DiffSide, budget: EditBudget = newDiffBudget()): ContentDiff {
  const changed = partsOf(from, to).filter((part) => part.from !== part.to);
  const diffs = changed.map((part) => ({ part, edits: editScript(linesOf(part.from), linesOf(part.to), budget) }));
  return {
    hunks: diffs.flatMap(({ part, edits }) => stretchesOf(edits).map((stretch) => toHunk(part.path, stretch, budget))),
    unified: diffs.map(({ part, edits }) => unifiedPart(from.label, to.label, part, edits)).join(''),
  };
}

function unifiedPart(fromLabel: string, toLabel: string, { path, from, to }: Part, edits: readonly Edit[]): string {
  const name = (label: string, text: string | undefined) => (text === undefined ? null : `${label}/${path}`);
  return unifiedDiff(name(fromLabel, from), name(toLabel, to), edits);
}

/**
 * The share of the text that changed, from 0 to 1: words deleted and inserted, over the words of both texts. Punctuation
 * marks count as words and white space does not count. 1 when only one text is empty. Symmetric.
 *
 * Bounded in time: beyond about a thousand changed words it is an estimate, that of the pairs of neighbouring words
 * that the texts do not share. It rather says too much than too little, as it serves to tell risk.
 * @param budget what may be compared; a fresh one unless several shares have one together. Once it is spent, all are estimates
 */
export function changedShare(from: string, to: string, budget: ShareBudget = newShareBudget()): number {
  if (from === to) return 0;
  if (from === '' || to === '') return 1;
  const given = Math.max(0, Math.min(SHARE_BUDGET, budget.left));
  const own = { left: given };
  const share = shareOf(visibleWords(from), visibleWords(to), own, budget.known);
  budget.left -= given - own.left;
  return share;
}

function visibleWords(text: string): string[] {
  return wordsOf(text).filter((word) => word.trim() !== '');
}

function partsOf(from: DiffSide, to: DiffSide): Part[] {
  const count = Math.max(from.messages?.length ?? 0, to.messages?.length ?? 0);
  const messages = Array.from({ length: count }, (_, index) => messageParts(index, from, to)).flat();
  return [
    { path: 'text', from: from.text, to: to.text },
    ...messages,
    { path: 'variables', from: toJson(from.variables), to: toJson(to.variables) },
    { path: 'model', from: toJson(from.model), to: toJson(to.model) },
  ];
}

function messageParts(index: number, from: DiffSide, to: DiffSide): Part[] {
  const [old, current] = [from.messages?.[index], to.messages?.[index]];
  return [
    { path: `messages[${index}].role`, from: old?.role, to: current?.role },
    { path: `messages[${index}].content`, from: old?.content, to: current?.content },
  ];
}

/** Readable JSON with its keys in order; undefined stays undefined. */
function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, child: unknown) => withSortedKeys(child), 2);
}

function withSortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function linesOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split('\n');
}

function toHunk(path: string, { edits, oldBefore, newBefore }: Stretch<Edit>, budget: EditBudget): DiffHunk {
  const { oldLines, newLines } = sizesOf(edits);
  let [oldLine, newLine] = [oldBefore, newBefore];
  const lines = edits.map(({ op, text }): DiffLine => ({
    op,
    oldLine: op === 'insert' ? null : (oldLine += 1),
    newLine: op === 'delete' ? null : (newLine += 1),
    text,
  }));
  addWords(lines, budget);
  const oldStart = oldLines === 0 ? oldBefore : oldBefore + 1;
  const newStart = newLines === 0 ? newBefore : newBefore + 1;
  return { path, oldStart, oldLines, newStart, newLines, lines };
}

/** Pairs the lines of each change in order, deleted with inserted, and compares each pair word by word. */
function addWords(lines: DiffLine[], budget: EditBudget): void {
  let change: DiffLine[] = [];
  for (const line of [...lines, null]) {
    if (line !== null && line.op !== 'equal') {
      change.push(line);
      continue;
    }
    const inserted = change.filter(({ op }) => op === 'insert');
    for (const [index, deleted] of change.filter(({ op }) => op === 'delete').entries()) {
      const counterpart = inserted[index];
      if (counterpart !== undefined) compareWords(deleted, counterpart, budget);
    }
    change = [];
  }
}

function compareWords(deleted: DiffLine, inserted: DiffLine, budget: EditBudget): void {
  if (budget.left <= 0) return;
  const edits = withoutIslands(editScript(wordsOf(deleted.text), wordsOf(inserted.text), budget));
  deleted.words = spansOf(edits.filter(({ op }) => op !== 'insert'));
  inserted.words = spansOf(edits.filter(({ op }) => op !== 'delete'));
}

/** White space alone between two changes belongs to them: the eye reads one change. */
function withoutIslands(edits: readonly Edit[]): Edit[] {
  return edits.flatMap((edit, index) => {
    const isIsland =
      edit.op === 'equal' && edit.text.trim() === '' && isChange(edits[index - 1]) && isChange(edits[index + 1]);
    return isIsland ? (['delete', 'insert'] as const).map((op) => ({ op, text: edit.text })) : [edit];
  });
}

function isChange(edit: Edit | undefined): boolean {
  return edit !== undefined && edit.op !== 'equal';
}

function spansOf(edits: readonly Edit[]): DiffSpan[] {
  const spans: DiffSpan[] = [];
  for (const { op, text } of edits) {
    const last = spans.at(-1);
    if (last?.op === op) last.text += text;
    else spans.push({ op, text });
  }
  return spans;
}
