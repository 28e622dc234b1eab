import { applyPatch, parsePatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { changedShare, diffContent, newShareBudget } from '../../../src/content/domain/diff.ts';
import type { DiffHunk, DiffSide } from '../../../src/content/domain/diff.ts';

const text = (label: string, content: string): DiffSide => ({ label, text: content });
const compare = (from: string, to: string) => diffContent(text('1.0.0', from), text('1.1.0', to));

/** Applies hunks to the lines of one side and returns the other. */
function applyHunks(source: string, hunks: DiffHunk[], direction: 'forward' | 'backward'): string {
  const [mine, other] = direction === 'forward' ? ['delete', 'insert'] : ['insert', 'delete'];
  const lines = source.split('\n');
  const result: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const [start, size] = direction === 'forward' ? [hunk.oldStart, hunk.oldLines] : [hunk.newStart, hunk.newLines];
    const first = size === 0 ? start : start - 1;
    result.push(...lines.slice(at, first));
    const own = hunk.lines.filter(({ op }) => op !== other).map((line) => line.text);
    expect(lines.slice(first, first + size)).toEqual(own);
    result.push(...hunk.lines.filter(({ op }) => op !== mine).map((line) => line.text));
    at = first + size;
  }
  return [...result, ...lines.slice(at)].join('\n');
}

/** Deterministic noise: `count` words out of `vocabulary`. */
function noise(count: number, vocabulary: number, seed: number): string {
  let state = seed;
  const word = () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return `w${(state >> 8) % vocabulary}`;
  };
  return Array.from({ length: count }, word).join(' ');
}

const lines = fc
  .array(fc.constantFrom('', 'a', 'b', 'c d', 'c e', 'é 漢字'), { maxLength: 30 })
  .map((all) => all.join('\n'));

describe('diffContent', () => {
  it('says nothing when nothing differs', () => {
    const side = {
      text: 'a\nb',
      messages: [{ role: 'user', content: 'x' }],
      variables: [{ name: 'a', type: 'string' }],
    };
    const reordered = { ...side, variables: [{ type: 'string', name: 'a' }] };
    expect(diffContent({ label: 'a', ...side }, { label: 'b', ...reordered })).toEqual({ hunks: [], unified: '' });
  });

  it('shows a change with three lines around it, and the words within', () => {
    const { hunks, unified } = compare(
      '1\n2\n3\n4\nHello old world\n6\n7\n8\n9',
      '1\n2\n3\n4\nHello new world\n6\n7\n8\n9',
    );
    expect(hunks).toHaveLength(1);
    expect(hunks[0]).toMatchObject({ path: 'text', oldStart: 2, oldLines: 7, newStart: 2, newLines: 7 });
    expect(hunks[0]?.lines.slice(3, 5)).toEqual([
      {
        op: 'delete',
        oldLine: 5,
        newLine: null,
        text: 'Hello old world',
        words: [
          { op: 'equal', text: 'Hello ' },
          { op: 'delete', text: 'old' },
          { op: 'equal', text: ' world' },
        ],
      },
      {
        op: 'insert',
        oldLine: null,
        newLine: 5,
        text: 'Hello new world',
        words: [
          { op: 'equal', text: 'Hello ' },
          { op: 'insert', text: 'new' },
          { op: 'equal', text: ' world' },
        ],
      },
    ]);
    expect(unified).toBe(
      [
        '--- 1.0.0/text',
        '+++ 1.1.0/text',
        '@@ -2,7 +2,7 @@',
        ' 2',
        ' 3',
        ' 4',
        '-Hello old world',
        '+Hello new world',
        ' 6',
        ' 7',
        ' 8',
        '',
      ].join('\n'),
    );
  });

  it('reads neighbouring changed words as one change', () => {
    const [hunk] = compare('say one two now', 'say three four now').hunks;
    expect(hunk?.lines[0]?.words).toEqual([
      { op: 'equal', text: 'say ' },
      { op: 'delete', text: 'one two' },
      { op: 'equal', text: ' now' },
    ]);
  });

  it('takes scripts without spaces character by character', () => {
    const [hunk] = compare('猫が好き', '犬が好き').hunks;
    expect(hunk?.lines[0]?.words).toEqual([
      { op: 'delete', text: '猫' },
      { op: 'equal', text: 'が好き' },
    ]);
  });

  it('keeps distant changes apart and close ones together', () => {
    const numbered = (...changed: number[]) =>
      Array.from({ length: 30 }, (_, i) => (changed.includes(i) ? 'x' : `${i}`)).join('\n');
    expect(compare(numbered(), numbered(3, 10)).hunks).toHaveLength(1);
    expect(compare(numbered(), numbered(3, 11)).hunks).toHaveLength(2);
  });

  it('matches messages by index, and shows added and removed ones whole', () => {
    const from = { label: 'a', messages: [{ role: 'system', content: 'Be kind.' }] };
    const to = {
      label: 'b',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi\nthere' },
      ],
    };
    const added = diffContent(from, to);
    expect(added.hunks.map(({ path }) => path)).toEqual([
      'messages[0].content',
      'messages[1].role',
      'messages[1].content',
    ]);
    expect(added.hunks[2]).toEqual({
      path: 'messages[1].content',
      oldStart: 0,
      oldLines: 0,
      newStart: 1,
      newLines: 2,
      lines: [
        { op: 'insert', oldLine: null, newLine: 1, text: 'Hi' },
        { op: 'insert', oldLine: null, newLine: 2, text: 'there' },
      ],
    });
    expect(added.unified).toContain('--- /dev/null\n+++ b/messages[1].content\n@@ -0,0 +1,2 @@\n+Hi\n');
    const removed = diffContent(to, from);
    expect(removed.hunks[2]?.lines.map(({ op }) => op)).toEqual(['delete', 'delete']);
    expect(removed.unified).toContain('+++ /dev/null');
  });

  it('compares variables and model as JSON', () => {
    const from = { label: 'a', variables: [{ name: 'x' }], model: { id: 'm1' } };
    const { hunks } = diffContent(from, { label: 'b', variables: [{ name: 'y' }], model: undefined });
    expect(hunks.map(({ path }) => path)).toEqual(['variables', 'model']);
    expect(hunks[1]?.lines.map((line) => line.text)).toEqual(['{', '  "id": "m1"', '}']);
  });

  it('marks a missing line break at the end as unified diffs do', () => {
    expect(compare('a', 'a\nb').unified).toContain(
      '-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n',
    );
    expect(compare('a', 'a\nb').hunks[0]?.lines.map(({ op }) => op)).toEqual(['equal', 'insert']);
  });

  it('quotes labels that would break the header', () => {
    expect(diffContent(text('a\n+++ b', 'x'), text('b', 'y')).unified.split('\n')[0]).toBe('--- "a\\n+++ b/text"');
  });

  it('gives back either side from the other', () => {
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        const { hunks, unified } = compare(from, to);
        expect(applyHunks(from, hunks, 'forward')).toBe(to);
        expect(applyHunks(to, hunks, 'backward')).toBe(from);
        expect(unified === '').toBe(from === to);
        if (from !== to) expect(applyPatch(from, unified)).toBe(to);
      }),
      { numRuns: 500 },
    );
  });

  it('has line numbers that point at their lines, and words that make up the line', () => {
    fc.assert(
      fc.property(lines, lines, (from, to) => {
        for (const line of compare(from, to).hunks.flatMap((hunk) => hunk.lines)) {
          if (line.oldLine !== null) expect(from.split('\n')[line.oldLine - 1]).toBe(line.text);
          if (line.newLine !== null) expect(to.split('\n')[line.newLine - 1]).toBe(line.text);
          if (line.words) expect(line.words.map((span) => span.text).join('')).toBe(line.text);
        }
      }),
    );
  });

  it('is one valid patch over all parts', () => {
    fc.assert(
      fc.property(lines, lines, lines, lines, (a, b, c, d) => {
        const from = { label: 'v1', text: a, messages: [{ role: 'user', content: b }] };
        const to = { label: 'v2', text: c, messages: [{ role: 'user', content: d }] };
        const patches = parsePatch(diffContent(from, to).unified).filter(({ hunks }) => hunks.length > 0);
        expect(patches.map(({ newFileName }) => newFileName)).toEqual([
          ...(a === c ? [] : ['v2/text']),
          ...(b === d ? [] : ['v2/messages[0].content']),
        ]);
      }),
    );
  });

  it.each([
    ['lines', (seed: number) => noise(50_000, 1e9, seed).replaceAll(' ', '\n')],
    ['lines of few kinds', (seed: number) => noise(100_000, 2, seed).replaceAll(' ', '\n')],
    ['one long line', (seed: number) => noise(60_000, 5000, seed)],
    ['many changed lines', (seed: number) => noise(60_000, 5000, seed).replace(/((?:\S+ ){10})/g, '$1\n')],
  ])('comes to an end for two unlike texts of 256 KiB: %s', (_, make) => {
    const [from, to] = [make(1), make(7777)];
    const result = compare(from, to);
    expect(applyHunks(from, result.hunks, 'forward')).toBe(to);
  });
});

describe('changedShare', () => {
  it.each([
    ['', '', 0],
    ['same', 'same', 0],
    ['', 'something', 1],
    ['something', '', 1],
    ['a b c d', 'a b c e', 0.25],
    ['a b c d', 'w x y z', 1],
    ['a b', 'a  b', 0],
    ['a b', 'a b c d', 1 / 3],
  ])('of %j and %j is %d', (from, to, share) => {
    expect(changedShare(from, to)).toBeCloseTo(share, 10);
  });

  it('is symmetric, within 0 and 1, and 0 for equal texts', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', '.', '漢'), { maxLength: 40 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(words, words, (from, to) => {
        const share = changedShare(from, to);
        expect(share).toBe(changedShare(to, from));
        expect(share).toBeGreaterThanOrEqual(from === to ? 0 : Number.EPSILON);
        expect(share).toBeLessThanOrEqual(1);
        expect(changedShare(from, from)).toBe(0);
      }),
    );
  });

  it.each([
    ['unlike', noise(60_000, 1e9, 1), noise(60_000, 1e9, 7777).replaceAll('w', 'v'), 1],
    ['alike in words only', noise(60_000, 20, 1), noise(60_000, 20, 7777), 0.01],
    ['reversed', noise(30_000, 1e9, 1), noise(30_000, 1e9, 1).split(' ').toReversed().join(' '), 0.9],
  ])('comes to an end and is symmetric for %s texts of 256 KiB', (_, from, to, least) => {
    const result = changedShare(from, to);
    expect(result).toBeGreaterThanOrEqual(least);
    expect(result).toBeLessThanOrEqual(1);
    expect(result).toBe(changedShare(to, from));
  });

  it('is the same with a budget of its own or one with others, as long as it lasts', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c', '.', '漢'), { maxLength: 40 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { maxLength: 10 }), (pairs) => {
        const budget = newShareBudget();
        for (const [from, to] of [...pairs, ...pairs])
          expect(changedShare(from, to, budget)).toBe(changedShare(from, to));
      }),
    );
  });

  it('rather says too much than too little once a budget is spent, and takes no time for what it has seen', () => {
    const budget = { ...newShareBudget(), left: 0 };
    expect(changedShare('a b c d e f g h', 'a x c d e y g h', budget)).toBeGreaterThan(0.25);
    expect(changedShare('a b c d', 'w x y z', budget)).toBe(1);
    const [base, next] = [noise(2000, 1e9, 1), noise(2000, 1e9, 1).replaceAll(/w\d*7\b/g, 'changed')];
    const several = newShareBudget();
    const first = changedShare(`0 ${base} end`, `0 ${next} end`, several);
    const { left } = several;
    expect(changedShare(`another ${base} end`, `another ${next} end`, several)).toBe(first);
    expect(several.left).toBe(left);
  });

  it('is exact for a small change to a large text', () => {
    const large = noise(60_000, 1e9, 1);
    const words = large.split(' ');
    words[100] = 'changed';
    words[50_000] = 'changed';
    expect(changedShare(large, words.join(' '))).toBeCloseTo(4 / 120_000, 10);
  });
});
