import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatheredBody } from '../../../src/models/providers/gathered-body.ts';
import { ProviderError } from '../../../src/models/providers/port.ts';

const KIB = 1024;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A body that is written by hand, and tells what was taken of it. */
function written() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const told = { pulls: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
      },
      pull: () => {
        told.pulls++;
      },
      cancel: () => {
        told.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return {
    body,
    told,
    write: (text: string) => controller?.enqueue(bytes(text)),
    close: () => controller?.close(),
    fail: (error: Error) => controller?.error(error),
  };
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

describe('the bytes of an answer', () => {
  it('come one by one, until somebody is reading the first words', async () => {
    const { body, write, close } = written();
    for (const text of ['a', 'b', 'c']) write(text);
    close();
    expect(await readAll(new GatheredBody(body), 10)).toEqual(['a', 'b', 'c']);
  });

  it('come together after that, and the end keeps nobody waiting', async () => {
    const { body, write, close } = written();
    for (const text of ['a', 'b', 'c', 'd']) write(text);
    close();
    expect(await readAll(new GatheredBody(body), 1)).toEqual(['a', 'bcd']);
  });

  it('come though nothing follows them', async () => {
    const { body, write } = written();
    const gathered = new GatheredBody(body);
    gathered.gather();
    write('alone');
    const read = await gathered.getReader().read();
    expect(new TextDecoder().decode(read.value)).toBe('alone');
  });

  it('are all there, in order, however they come', async () => {
    const pieces = fc.array(fc.record({ text: fc.string({ minLength: 1, maxLength: 5 }), later: fc.boolean() }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat(5), async (all, gatherAfter) => {
        const { body, write, close } = written();
        const reading = readAll(new GatheredBody(body), gatherAfter);
        for (const { text, later } of all) {
          if (later) await turn();
          write(text);
        }
        close();
        const reads = await reading;
        expect(reads.join('')).toBe(all.map(({ text }) => text).join(''));
        expect(reads.length).toBeLessThanOrEqual(all.length);
      }),
      { numRuns: 50 },
    );
  });

  it('come before the failure that follows them', async () => {
    const { body, write, fail } = written();
    const gathered = new GatheredBody(body);
    gathered.gather();
    const reader = gathered.getReader();
    const first = reader.read();
    write('a');
    await turn();
    fail(new Error('cut off'));
    expect(new TextDecoder().decode((await first).value)).toBe('a');
    await expect(reader.read()).rejects.toThrow('cut off');
    await expect(reader.read()).rejects.toThrow('cut off');
  });

  it('are not read far ahead of who takes them', async () => {
    const { body, write, told } = written();
    const gathered = new GatheredBody(body);
    gathered.gather();
    const reader = gathered.getReader();
    const event = `data: ${'x'.repeat(32 * KIB)}\n\n`;
    const first = reader.read();
    for (let count = 0; count < 10; count++) {
      write(event);
      await turn();
    }
    expect((await first).value?.length).toBeGreaterThanOrEqual(64 * KIB);
    await turn();
    // One lump is taken, the next one waits, and what is behind it was not asked for.
    expect(told.pulls).toBeLessThanOrEqual(5);
    await reader.cancel();
    expect(told.cancelled).toBe(true);
  });

  it.each([0, 1])('end where an event is too long, and the connection with them (%i)', async (gatherAfter) => {
    const { body, write, told } = written();
    const reading = readAll(new GatheredBody(body), gatherAfter);
    const failed = expect(reading).rejects.toMatchObject({ code: 'malformed_response' });
    write('data: short\n\n');
    for (let mib = 0; mib < 2; mib++) for (let count = 0; count < 16; count++) write('x'.repeat(64 * KIB));
    await failed;
    expect(told.cancelled).toBe(true);
    await expect(reading).rejects.toBeInstanceOf(ProviderError);
  });

  it('may be more than an event may be long, wherever the network cuts them and however lines end', async () => {
    const cut = fc.record({
      newline: fc.constantFrom('\n', '\r', '\r\n'),
      // Where one write ends, in bytes from the end of an event: at 0 between two, at 1 to 4 within the empty line.
      cuts: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 3 }),
      gatherAfter: fc.constantFrom(0, 1, Infinity),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ newline, cuts, gatherAfter }) => {
        const { body, write, close } = written();
        const reading = readAll(new GatheredBody(body), gatherAfter);
        const event = `data: ${'x'.repeat(100 * KIB)}${newline}${newline}`;
        const all = event.repeat(12);
        const ends = Array.from({ length: 12 }, (_, at) => cuts.map((back) => event.length * (at + 1) - back)).flat();
        let from = 0;
        for (const to of [...ends, all.length].toSorted((a, b) => a - b)) {
          if (to > from) write(all.slice(from, to));
          from = Math.max(from, to);
        }
        close();
        expect((await reading).join('') === all).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('may be written line by line, each empty line by itself', async () => {
    const { body, write, close } = written();
    const reading = readAll(new GatheredBody(body), 1);
    const line = `data: ${'x'.repeat(64 * KIB)}\r\n`;
    for (let count = 0; count < 40; count++) for (const piece of [line, '\r\n']) write(piece);
    close();
    expect((await reading).join('')).toBe(`${line}\r\n`.repeat(40));
  });
});
