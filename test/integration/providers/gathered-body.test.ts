import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatheredBody } from '../../../src/models/providers/gathered-body.ts';
import { ProviderError } from '../../../src/models/providers/port.ts';
import { eventually } from '../../support/eventually.ts';
import { book, upstream } from '../../support/upstream/question.ts';

const KIB = 1024;

/** What is written so many times, each `ms` after the one before, or in the next turn. */
interface Piece {
  text: string;
  times?: number;
  ms?: number;
}

/** An answer with just these pieces, which then ends, is cut off, or goes silent. `id` is what it is counted under. */
async function answered(
  pieces: readonly Piece[],
  end: 'end' | 'cut' | 'silence' = 'end',
  { gzip = false }: { gzip?: boolean } = {},
) {
  const { id, baseUrl } = upstream('pieces', 'openai');
  const init = { method: 'POST', body: JSON.stringify({ pieces, end, gzip }) };
  const { body } = await fetch(`${baseUrl}/chat/completions`, init);
  return { id, body: new GatheredBody(body!) };
}

/** Reads to the end. @returns each read, as text */
async function readAll(body: GatheredBody, gatherAfter: number): Promise<string[]> {
  const reader = body.getReader();
  const reads: string[] = [];
  for (;;) {
    if (reads.length === gatherAfter) body.gather();
    const read = await reader.read();
    if (read.done) return reads;
    reads.push(new TextDecoder().decode(read.value));
  }
}

const closed = (id: string) => eventually(async () => expect(await book(id)).toMatchObject({ open: 0, aborted: 1 }));

describe('the bytes of an answer', () => {
  it('come one by one, until somebody is reading the first words', async () => {
    const { body } = await answered(['a', 'b', 'c'].map((text) => ({ text, ms: 5 })));
    expect(await readAll(body, 10)).toEqual(['a', 'b', 'c']);
  });

  it('come together after that, and a whole lump is not waited with', async () => {
    const { body } = await answered([{ text: 'first ' }, { text: `${'x'.repeat(127)} `, times: 1_000 }]);
    const reads = await readAll(body, 1);
    expect(reads.join('')).toBe(`first ${`${'x'.repeat(127)} `.repeat(1_000)}`);
    // A lump every 40 ms, or of 64 KiB: more of them where the machine is slow.
    expect(reads.length).toBeLessThan(250);
  });

  it('come together where they were compressed, too', async () => {
    const pieces = Array.from({ length: 300 }, (_, index) => ({ text: `${index} ` }));
    const { body } = await answered(pieces, 'end', { gzip: true });
    const reads = await readAll(body, 1);
    expect(reads.join('')).toBe(pieces.map(({ text }) => text).join(''));
    expect(reads.length).toBeLessThan(150);
    const { id, body: other } = await answered([{ text: 'first', ms: 5 }, { text: 'alone' }], 'silence', {
      gzip: true,
    });
    const reader = other.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first');
    other.gather();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('alone');
    await reader.cancel();
    await closed(id);
  });

  it('come though nothing follows them, and the connection is closed when no more is wanted', async () => {
    const { id, body } = await answered([{ text: 'alone' }], 'silence');
    body.gather();
    const reader = body.getReader();
    const read = await reader.read();
    expect(new TextDecoder().decode(read.value)).toBe('alone');
    await reader.cancel();
    await closed(id);
  });

  it('are closed before they come together, too', async () => {
    const { id, body } = await answered([{ text: 'alone' }], 'silence');
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
    await closed(id);
  });

  it.each([0, 100])('are closed while somebody has waited for them for %i ms', async (ms) => {
    const { id, body } = await answered([{ text: 'alone' }], 'silence');
    body.gather();
    const reader = body.getReader();
    await reader.read();
    const waiting = reader.read().then(
      ({ done }) => done,
      () => true,
    );
    await new Promise((resolve) => setTimeout(resolve, ms));
    await reader.cancel();
    expect(await waiting).toBe(true);
    await closed(id);
  });

  it('are all there, in order, however they come', async () => {
    const pieces = fc.array(
      fc.record({ text: fc.string({ minLength: 1, maxLength: 5 }), ms: fc.constantFrom(0, 0, 0, 1, 15) }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(5), async (all, gatherAfter) => {
        const { body } = await answered(all);
        const reads = await readAll(body, gatherAfter);
        expect(reads.join('')).toBe(all.map(({ text }) => text).join(''));
        expect(reads.length).toBeLessThanOrEqual(all.length);
      }),
      { numRuns: 30 },
    );
  });

  it('come before the failure that follows them', async () => {
    const { body } = await answered([{ text: 'a' }, { text: 'b', times: 9, ms: 2 }], 'cut');
    body.gather();
    const reader = body.getReader();
    let text = '';
    const toTheEnd = async () => {
      for (;;) text += new TextDecoder().decode((await reader.read()).value);
    };
    await expect(toTheEnd()).rejects.toThrow();
    expect(text).toBe('abbbbbbbbb');
    await expect(reader.read()).rejects.toThrow();
  });

  it('are not read far ahead of who takes them', async () => {
    const event = `data: ${'x'.repeat(32 * KIB)}\n\n`;
    const { id, body } = await answered([{ text: event, times: 5_000 }]);
    body.gather();
    const reader = body.getReader();
    expect((await reader.read()).value?.length).toBeGreaterThan(0);
    // 160 MB are on their way, and what the network holds is a few: then the other side waits, and goes on waiting.
    const writes = async () => (await book(id)).writes;
    let before = -1;
    await eventually(async () => {
      const now = await writes();
      const isStill = now === before;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(isStill).toBe(true);
    });
    expect(before).toBeLessThan(2_000);
    await reader.cancel();
    await closed(id);
  });

  it.each([0, 1, Infinity])(
    'end where an event is too long, and the connection with them (%s)',
    async (gatherAfter) => {
      const { id, body } = await answered([{ text: 'data: short\n\n' }, { text: 'x'.repeat(64 * KIB), times: 1_000 }]);
      const reading = readAll(body, gatherAfter);
      await expect(reading).rejects.toMatchObject({ code: 'malformed_response' });
      await expect(reading).rejects.toBeInstanceOf(ProviderError);
      await closed(id);
    },
  );

  it('may be more than an event may be long, wherever the network cuts them and however lines end', async () => {
    const cut = fc.record({
      newline: fc.constantFrom('\n', '\r', '\r\n'),
      // Where one write ends, in bytes from the end of an event: at 0 between two, at 1 to 4 within the empty line.
      cuts: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 3 }),
      gatherAfter: fc.constantFrom(0, 1, Infinity),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ newline, cuts, gatherAfter }) => {
        const event = `data: ${'x'.repeat(100 * KIB)}${newline}${newline}`;
        const all = event.repeat(12);
        const ends = Array.from({ length: 12 }, (_, at) => cuts.map((back) => event.length * (at + 1) - back)).flat();
        const pieces: Piece[] = [];
        let from = 0;
        for (const to of [...ends, all.length].toSorted((a, b) => a - b)) {
          if (to > from) pieces.push({ text: all.slice(from, to) });
          from = Math.max(from, to);
        }
        const { body } = await answered(pieces);
        expect((await readAll(body, gatherAfter)).join('') === all).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('may be written line by line, each empty line by itself', async () => {
    const line = `data: ${'x'.repeat(64 * KIB)}\r\n`;
    const { body } = await answered(Array.from({ length: 40 }, () => [{ text: line }, { text: '\r\n' }]).flat());
    expect((await readAll(body, 1)).join('')).toBe(`${line}\r\n`.repeat(40));
  });
});
