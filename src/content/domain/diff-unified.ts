import { FILE_HEADERS_ONLY, formatPatch } from 'diff';

import { sizesOf, stretchesOf } from './diff-hunks.ts';
import type { Stretch } from './diff-hunks.ts';
import type { Edit } from './diff-script.ts';

/** A line as unified diffs know it: with its line break, which the last one may lack. */
interface FileEdit extends Edit {
  ended: boolean;
}

const PREFIX = { equal: ' ', insert: '+', delete: '-' } as const;

/** One text's unified diff under the given names (null: there is no such text); empty when no line differs. */
export function unifiedDiff(oldName: string | null, newName: string | null, edits: readonly Edit[]): string {
  const hunks = stretchesOf(fileEdits(edits)).map(patchHunk);
  if (hunks.length === 0) return '';
  const [oldFileName, newFileName] = [oldName ?? '/dev/null', newName ?? '/dev/null'];
  return formatPatch(
    { oldFileName, newFileName, oldHeader: undefined, newHeader: undefined, hunks },
    FILE_HEADERS_ONLY,
  );
}

function patchHunk({ edits, oldBefore, newBefore }: Stretch<FileEdit>) {
  const lines = edits.flatMap(({ op, text, ended }) => {
    const line = `${PREFIX[op]}${text}`;
    return ended ? [line] : [line, '\\ No newline at end of file'];
  });
  return { oldStart: oldBefore + 1, newStart: newBefore + 1, ...sizesOf(edits), lines };
}

/**
 * From lines as what stands between line breaks to lines as what a line break ends. The empty rest after a text's last
 * line break is none, and a line that only one side ends is a change.
 */
function fileEdits(edits: readonly Edit[]): FileEdit[] {
  const { oldLines, newLines } = sizesOf(edits);
  let [oldLeft, newLeft] = [oldLines, newLines];
  return edits.flatMap(({ op, text }) => {
    const oldEnded = op === 'insert' || (oldLeft -= 1) > 0;
    const newEnded = op === 'delete' || (newLeft -= 1) > 0;
    if (op === 'equal' && oldEnded === newEnded) return fileLine('equal', text, oldEnded);
    return [
      ...(op === 'insert' ? [] : fileLine('delete', text, oldEnded)),
      ...(op === 'delete' ? [] : fileLine('insert', text, newEnded)),
    ];
  });
}

function fileLine(op: Edit['op'], text: string, ended: boolean): FileEdit[] {
  return ended || text !== '' ? [{ op, text, ended }] : [];
}
