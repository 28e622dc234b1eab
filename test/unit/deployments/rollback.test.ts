import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stillStanding } from '../../../src/deployments/domain/rollback.ts';

const standing = (...later: [string, string | null, ...string[]][]) =>
  stillStanding(
    later.flatMap(([id, rollbackOf, ...entries]) =>
      (entries.length === 0 ? ['e'] : entries).map((entryId) => ({ id, rollbackOf, entryId })),
    ),
  ).map(({ id }) => id);

describe('what still stands of later deployments', () => {
  it('is nothing once each was rolled back', () => {
    expect(standing(['b', null], ['undo b', 'b'])).toEqual([]);
    expect(standing(['b', null], ['c', null], ['undo c', 'c'], ['undo b', 'b'])).toEqual([]);
  });

  it('is the rollback of a rollback, until that is rolled back too', () => {
    expect(standing(['b', null], ['undo b', 'b'], ['b again', 'undo b'])).toEqual(['b again']);
    expect(standing(['b', null], ['undo b', 'b'], ['b again', 'undo b'], ['undo', 'b again'])).toEqual([]);
  });

  it('is told entry by entry: what overlaps does not hold up what was undone', () => {
    expect(standing(['b', null, 'p'], ['c', null, 'a'], ['undo b', 'b', 'p'])).toEqual(['c']);
    expect(standing(['b', null, 'p'], ['c', null, 'a'], ['undo b', 'b', 'p'], ['undo c', 'c', 'a'])).toEqual([]);
    expect(standing(['b', null, 'p', 'a'], ['c', null, 'a'], ['undo c', 'c', 'a'])).toEqual(['b', 'b']);
  });

  it('is empty exactly where the stack of versions is as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (moves) => {
        const stack: string[] = [];
        const later = moves.map((push, i) => {
          const top = push ? undefined : stack.pop();
          if (top === undefined) stack.push(`d${i}`);
          return { id: `d${i}`, rollbackOf: top ?? null, entryId: 'e' };
        });
        expect(stillStanding(later).map(({ id }) => id)).toEqual(stack);
      }),
    );
  });
});
