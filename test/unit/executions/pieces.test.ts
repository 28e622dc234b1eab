import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces } from '../../../src/executions/domain/pieces.ts';

describe('a text in pieces', () => {
  it('is whole, in none that is too long, and none that begins or ends with half a character', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '🌍', '🎉'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), fc.integer({ min: 2, max: 12 }), fc.nat(), (texts, most, cut) => {
        const all = texts.join('');
        // As a provider cuts it: anywhere.
        const at = all.length === 0 ? 0 : cut % all.length;
        const first = inPieces(all.slice(0, at), most, false);
        const second = inPieces(first.rest + all.slice(at), most, true);
        const pieces = [...first.pieces, ...second.pieces];
        expect(pieces.join('')).toBe(all);
        expect(second.rest).toBe('');
        for (const piece of pieces) {
          expect(piece.isWellFormed()).toBe(true);
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a half that has no other half, at the end', () => {
    expect(inPieces('a\ud83d', 10, false)).toEqual({ pieces: ['a'], rest: '\ud83d' });
    expect(inPieces('a\ud83d', 10, true)).toEqual({ pieces: ['a\ud83d'], rest: '' });
    expect(inPieces('\ud83d', 10, false)).toEqual({ pieces: [], rest: '\ud83d' });
    expect(inPieces('', 10, true)).toEqual({ pieces: [], rest: '' });
  });
});
