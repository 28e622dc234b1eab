import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStream } from '../../../src/models/providers/event-stream.ts';
import { ProviderError } from '../../../src/models/providers/port.ts';
import { eventually } from '../../support/eventually.ts';
import { book, upstream } from '../../support/upstream/question.ts';

const KIB = 1024;

/** What is written so many times, each `ms` after the one before, or in the next turn. */
interface Piece {
  text: string;
  encoding?: 'base64';
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
  return { id, stream: new EventStream(body!) };
}

/** An event's data, behind its name if it has one. */
type Message = string | [name: string, data: string];

const eventOf = (data: string, newline = '\n') => `data: ${data}${newline}${newline}`;

/** Reads on. @param togetherAfter so many reads come at once; @returns what events came with each read */
async function readAll(stream: EventStream, togetherAfter: number, reads: Message[][] = []): Promise<Message[][]> {
  for (;;) {
    const events = await stream.next(reads.length >= togetherAfter);
    if (events === null) return reads;
    reads.push(events.map(({ event, data }) => (event === undefined ? data : [event, data])));
  }
}

const closed = (id: string) => eventually(async () => expect(await book(id)).toMatchObject({ open: 0, aborted: 1 }));

describe('the events of an answer', () => {
  it('come one by one, until somebody is reading the first words', async () => {
    const { stream } = await answered(['a', 'b', 'c'].map((data) => ({ text: eventOf(data), ms: 5 })));
    expect(await readAll(stream, 10)).toEqual([['a'], ['b'], ['c']]);
  });

  it('come together after that, and a whole lump is not waited with', async () => {
    const data = 'x'.repeat(120);
    const { stream } = await answered([{ text: eventOf('first') }, { text: eventOf(data), times: 1_000 }]);
    const reads = await readAll(stream, 1);
    expect(reads.flat()).toEqual(['first', ...Array.from({ length: 1_000 }, () => data)]);
    // A lump every 40 ms, or of 64 KiB: more of them where the machine is slow.
    expect(reads.length).toBeLessThan(250);
  });

  it('come together where they were compressed, too', async () => {
    const all = Array.from({ length: 300 }, (_, index) => `${index}`);
    const pieces = all.map((data) => ({ text: eventOf(data) }));
    const { stream } = await answered(pieces, 'end', { gzip: true });
    const reads = await readAll(stream, 1);
    expect(reads.flat()).toEqual(all);
    expect(reads.length).toBeLessThan(150);
    const { id, stream: other } = await answered(
      [{ text: eventOf('first'), ms: 5 }, { text: eventOf('alone') }],
      'silence',
      { gzip: true },
    );
    expect(await other.next(false)).toMatchObject([{ data: 'first' }]);
    expect(await other.next(true)).toMatchObject([{ data: 'alone' }]);
    other.cancel();
    await closed(id);
  });

  it('come though nothing follows them, and the connection is closed when no more is wanted', async () => {
    const { id, stream } = await answered([{ text: eventOf('first'), ms: 5 }, { text: eventOf('alone') }], 'silence');
    expect(await stream.next(false)).toMatchObject([{ data: 'first' }]);
    expect(await stream.next(true)).toMatchObject([{ data: 'alone' }]);
    stream.cancel();
    await closed(id);
  });

  it('are closed before they come together, too', async () => {
    const { id, stream } = await answered([{ text: eventOf('alone') }], 'silence');
    await stream.next(false);
    stream.cancel();
    await closed(id);
  });

  it.each([
    [0, false],
    [100, false],
    [0, true],
    [100, true],
  ])('are closed while somebody has waited for them for %i ms (together: %s)', async (ms, together) => {
    const { id, stream } = await answered([{ text: eventOf('alone') }], 'silence');
    await stream.next(false);
    const waiting = stream.next(together).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, ms));
    stream.cancel();
    expect(await waiting).toBeNull();
    await closed(id);
  });

  it('are all there, in order, however the network cuts them and lines end', async () => {
    const stream = fc.record({
      newline: fc.constantFrom('\n', '\r', '\r\n'),
      events: fc.array(
        fc.record({
          name: fc.constantFrom(undefined, 'delta'),
          lines: fc.array(fc.stringMatching(/^[^\r\n\0 ][^\r\n\0]{0,5}$/u), { minLength: 1, maxLength: 3 }),
          comment: fc.boolean(),
        }),
        { maxLength: 20 },
      ),
      cuts: fc.array(fc.record({ length: fc.integer({ min: 1, max: 40 }), ms: fc.constantFrom(0, 0, 0, 1, 15) }), {
        minLength: 1,
        maxLength: 20,
      }),
      togetherAfter: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(stream, async ({ newline, events, cuts, togetherAfter }) => {
        const sent = events
          .map(({ name, lines, comment }) =>
            [
              ...(comment ? [': still here', ''] : []),
              ...(name === undefined ? [] : [`event: ${name}`]),
              ...lines.map((line) => `data: ${line}`),
              '',
              '',
            ].join(newline),
          )
          .join('');
        // Characters are cut, too.
        const bytes = new TextEncoder().encode(sent);
        const pieces: Piece[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const { length, ms } = cuts[i % cuts.length]!;
          pieces.push({ text: bytes.slice(at, at + length).toBase64(), encoding: 'base64', ms });
          at += length;
        }
        const { stream: body } = await answered(pieces);
        const all = events.map(({ name, lines }): Message => {
          const data = lines.join('\n');
          return name === undefined ? data : [name, data];
        });
        expect((await readAll(body, togetherAfter)).flat()).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  it('come before the failure that follows them', async () => {
    const { stream } = await answered([{ text: eventOf('a') }, { text: eventOf('b'), times: 9, ms: 2 }], 'cut');
    const reads: Message[][] = [];
    await expect(readAll(stream, 1, reads)).rejects.toThrow();
    expect(reads.flat().join('')).toBe('abbbbbbbbb');
    await expect(stream.next(true)).rejects.toThrow();
  });

  it('are not read far ahead of who takes them', async () => {
    const { id, stream } = await answered([{ text: eventOf('x'.repeat(32 * KIB)), times: 5_000 }]);
    await stream.next(false);
    await stream.next(true);
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
    stream.cancel();
    await closed(id);
  });

  it.each([1, Infinity])('end where one is too long, behind those before it (%s)', async (togetherAfter) => {
    const { id, stream } = await answered([
      { text: eventOf('short') },
      { text: `data: ${'x'.repeat(64 * KIB)}` },
      { text: 'x'.repeat(64 * KIB), times: 1_000 },
    ]);
    const reads: Message[][] = [];
    const reading = readAll(stream, togetherAfter, reads);
    await expect(reading).rejects.toMatchObject({ code: 'malformed_response' });
    await expect(reading).rejects.toBeInstanceOf(ProviderError);
    expect(reads.flat()).toEqual(['short']);
    stream.cancel();
    await closed(id);
  });

  it('may be more than one may be long, and written line by line', async () => {
    const data = 'x'.repeat(64 * KIB);
    const lines = [{ text: `data: ${data}\r\n` }, { text: '\r\n' }];
    const { stream } = await answered(Array.from({ length: 40 }, () => lines).flat());
    const all = (await readAll(stream, 1)).flat();
    expect(all).toHaveLength(40);
    expect(all.every((each) => each === data)).toBe(true);
  });

  it('may be followed by nothing that counts: comments, other fields, the half of one', async () => {
    const { stream } = await answered([
      { text: ': hello\n\n' },
      { text: eventOf('a') },
      { text: 'retry: soon\nwhat: ever\n: hello\n\ndata: half' },
    ]);
    expect((await readAll(stream, 1)).flat()).toEqual(['a']);
  });

  it('leave their connection to the next question, where they have come to their end', async () => {
    const { id, stream } = await answered([{ text: eventOf('a') }, { text: eventOf('b'), ms: 20 }]);
    await stream.next(false);
    await stream.finish();
    expect(await book(id)).toMatchObject({ open: 0, aborted: 0 });
    const { id: silent, stream: lingering } = await answered([{ text: eventOf('a') }], 'silence');
    await lingering.next(false);
    await lingering.finish();
    await closed(silent);
  });
});
