import { utf8Length } from '../../kernel/bytes.ts';
import { newId } from '../../kernel/ids.ts';
import { loadConfig } from '../config.ts';
import { describeError, log } from '../log/log.ts';
import type { EventBodies } from './events.ts';
import { type Gathered, newTally, Sampler, type Tally } from './sample.ts';
import { type Outgoing, send, VERSION } from './send.ts';

/*
 * What happens too often to be told one by one: counted in this isolate, and told on together a moment later, behind an answer. It is
 * not in the batch of any change, so that what an isolate has gathered is lost with it: two seconds' worth.
 */

type EdgeCell = Omit<EventBodies['edge.fetched']['cells'][number], 'count'>;
type View = Omit<EventBodies['prompt.viewed'], 'count' | 'from'>;

/** One kind of use, by whom. */
export type Use =
  | { readonly type: 'edge.fetched'; readonly cell: EdgeCell }
  | ({ readonly type: 'prompt.viewed' } & View);

export type UseTally = Tally<Use>;

/** For so long uses are gathered before they are told on (ms). */
const WINDOW_MS = 2_000;
/** Whoever was about to tell them on was cut off, if it has not by then (ms). */
const STALLED_MS = 15_000;
/** As many different uses of a tenant within a window are counted one by one. */
export const EXACT_MAX = 1_000;
/** As many messages that could not be sent are kept for the next time. */
const UNSENT_MAX = 200;
/** Of one message, which takes 128 KB, and a thousand cells. */
const MESSAGE_BYTES = 100_000;
const MESSAGE_CELLS = 1_000;

const sampler = new Sampler<Use>({ exactMax: EXACT_MAX, random: Math.random });
/** When it is time for somebody to tell on what was gathered (ms). */
let dueAt = -Infinity;
/** Sent with the same ids again, for they may have arrived all the same. */
let unsent: Outgoing[] = [];

/** What lets work go on behind an answer. */
interface Host {
  waitUntil(work: Promise<unknown>): void;
}

/** Something to count on, or null where uses are not counted. */
export function tallyOf(env: Env, tenantId: string, use: Use): UseTally | null {
  return loadConfig(env).countUses ? newTally(tenantId, keyOf(use), use) : null;
}

function keyOf(use: Use): string {
  if (use.type === 'prompt.viewed') return `${use.promptId} ${use.personId} ${use.apiKeyId}`;
  const { kind, environment, promptId, versionId, variant, personId, apiKeyId } = use.cell;
  return `${kind} ${environment} ${promptId} ${versionId} ${variant} ${personId} ${apiKeyId}`;
}

/** Counts one use. On the hot path: nothing is looked up, and nothing made, unless it is the first in a while. */
export function countUse(tally: UseTally, now: number, env: Env, host: Host): void {
  if (tally.counting) tally.count++;
  else sampler.admit(tally);
  if (now < dueAt) return;
  dueAt = now + STALLED_MS;
  host.waitUntil(
    new Promise((resolve) => setTimeout(resolve, WINDOW_MS)).then(() => {
      dueAt = -Infinity;
      return tellOn(env, now);
    }),
  );
}

/** Sends what was gathered. @param from when the first of it happened (ms) */
export async function tellOn(env: Env, from: number): Promise<void> {
  const messages = [...unsent, ...messagesOf(sampler.take(), from, Date.now())];
  unsent = [];
  if (messages.length === 0) return;
  try {
    await send(env, messages);
  } catch (error) {
    unsent.push(...messages);
    const lost = unsent.splice(0, unsent.length - UNSENT_MAX).length;
    const fields = { messages: messages.length, lost, ...describeError(error) };
    log('info', lost > 0 ? 'error' : 'warn', 'uses not told on yet', fields);
  }
}

function messagesOf(gathered: readonly Gathered<Use>[], from: number, at: number): Outgoing[] {
  const messages: Outgoing[] = [];
  const edge = new Map<string, EventBodies['edge.fetched']['cells']>();
  const add = (tenantId: string, type: keyof EventBodies, body: object) =>
    messages.push({ v: VERSION, id: newId('outboxEvent', at), tenantId, type, at, body });
  for (const { tenantId, of, count } of gathered) {
    if (of.type === 'prompt.viewed') {
      const { type, ...view } = of;
      add(tenantId, type, { from, ...view, count });
      continue;
    }
    const cells = edge.get(tenantId);
    if (cells === undefined) edge.set(tenantId, [{ ...of.cell, count }]);
    else cells.push({ ...of.cell, count });
  }
  for (const [tenantId, cells] of edge) {
    for (const some of divided(cells)) add(tenantId, 'edge.fetched', { from, cells: some });
  }
  return messages;
}

function divided<C>(cells: readonly C[]): C[][] {
  const parts: C[][] = [];
  let bytes = Infinity;
  for (const cell of cells) {
    const size = utf8Length(JSON.stringify(cell)) + 1;
    const open = parts.at(-1);
    if (open === undefined || bytes + size > MESSAGE_BYTES || open.length >= MESSAGE_CELLS) {
      parts.push([cell]);
      bytes = size;
    } else {
      open.push(cell);
      bytes += size;
    }
  }
  return parts;
}
