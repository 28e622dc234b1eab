// What an execution's object writes: its rows, and what reached its storage, which must grow with a stream's seconds and not with its tokens.
import { globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const STREAMS = [
  { model: 'chunks-20', tokens: 20 },
  { model: 'chunks-1000', tokens: 1000 },
  { model: 'chunks-100-20', tokens: 100 },
  { model: 'chunks-1000-2', tokens: 1000 },
];
/** What is done after the last event (ms). */
const AFTERMATH_MS = 500;

/** @returns rows of a table, a stream each */
export async function measureWrites({ house, tenant, root }) {
  const rows = [];
  for (const { model, tokens } of STREAMS) {
    const before = new Set(journals(root));
    const began = performance.now();
    const response = await fetch(`${house.quiet}/v1/prompts/greeting/execute`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tenant.key}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: tenant.bodyFor(model),
    });
    const types = (await response.text()).match(/(?<=^event: ).+$/gm) ?? [];
    const seconds = (performance.now() - began) / 1000;
    if (types.at(-1) !== 'job_complete') throw new Error(`${model} ended with ${types.at(-1)}`);
    await sleep(AFTERMATH_MS);
    const written = journals(root).filter((file) => !before.has(file));
    const { transactions, pages } = written.length === 1 ? readJournal(written[0]) : {};
    const texts = types.filter((type) => type === 'token_chunk').length;
    rows.push({
      '': `${tokens} tokens in ${seconds.toFixed(2)} s`,
      'rows of text': texts,
      'other rows of the log': types.length - texts,
      transactions: transactions ?? '',
      'pages of 4 KiB': pages ?? '',
    });
  }
  return rows;
}

/** Of the objects that have written something: one that was made ready for the next run has not. */
const journals = (root) =>
  globSync(path.join(root, '**', '*ExecutionObject', '*.sqlite-wal')).filter(
    (file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );

/** An object's write-ahead log has all that it has written since it began (https://sqlite.org/fileformat2.html, 4.1): frames of a page. */
function readJournal(file) {
  const journal = readFileSync(file);
  const frameSize = 24 + journal.readUInt32BE(8);
  let transactions = 0;
  let pages = 0;
  for (let at = 32; at + frameSize <= journal.length; at += frameSize) {
    // Frames of an earlier round have other salts.
    if (journal.compare(journal, 16, 24, at + 8, at + 16) !== 0) break;
    pages++;
    if (journal.readUInt32BE(at + 4) !== 0) transactions++;
  }
  return { transactions, pages };
}
