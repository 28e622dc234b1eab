import { exports } from 'cloudflare:workers';
import type { Answer, Send } from './client.ts';
import { overhear } from './secrets.ts';
import { ok } from './team.ts';
import { watch } from './watcher.ts';

/** Registers a model; the mock unless told otherwise. */
export const model = (by: { send: Send }, name: string, more: object = {}): Promise<any> =>
  ok(by.send('POST', '/v1/models', { name, provider: 'mock', model: 'echo', ...more }));

/** Runs a prompt. */
export const execute = (by: { send: Send }, prompt: string, body: object, headers = {}): Promise<Answer> =>
  by.send('POST', `/v1/prompts/${encodeURIComponent(prompt)}/execute`, body, headers);

/** Runs a prompt to its end. */
export const executed = (by: { send: Send }, prompt: string, body: object): Promise<any> =>
  ok(by.send('POST', `/v1/prompts/${encodeURIComponent(prompt)}/execute?wait=true`, body));

const LAST = new Set(['job_complete', 'job_failed', 'job_cancelled']);
const isLast = ({ type }: { type: string }): boolean => LAST.has(type);

/** All that a WebSocket tells, until it is closed. */
export async function socketEvents(path: string, headers: Record<string, string> = {}): Promise<any[]> {
  const watcher = await watch(path, headers);
  const events: any[] = [];
  while (events.length === 0 || !isLast(events.at(-1))) {
    const next = await Promise.race([watcher.next(), watcher.closed]);
    if (typeof next === 'number') break;
    events.push(next);
  }
  return events;
}

/** Someone who reads Server-Sent Events one by one. */
export interface EventReader {
  status: number;
  next(): Promise<any>;
  /** Goes away in the middle. */
  cancel(): Promise<void>;
}

export async function readEvents(
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<EventReader> {
  const request = new Request(`https://footlight.test${path}`, { ...init, headers });
  const response = await exports.default.fetch(request);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    status: response.status,
    next: async () => {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const frame = text.slice(0, end);
          text = text.slice(end + 2);
          const data = /^data: (.*)$/m.exec(frame)?.[1];
          if (data === undefined) continue;
          const event = JSON.parse(data);
          if (!frame.startsWith(`id: ${event.seq}\nevent: ${event.type}\n`)) throw new Error(`an odd frame: ${frame}`);
          return event;
        }
        const read = await reader?.read();
        if (read === undefined || read.done) return null;
        overhear('event', read.value);
        text += read.value;
      }
    },
    cancel: async () => reader?.cancel(),
  };
}

/** All that Server-Sent Events tell, until the stream ends. */
export async function streamedEvents(path: string, headers: Record<string, string> = {}): Promise<any[]> {
  const reader = await readEvents(path, headers);
  const events: any[] = [];
  for (let event = await reader.next(); event !== null; event = await reader.next()) events.push(event);
  return events;
}

/** What the chunks say, from the last beginning on. */
export function textOf(events: readonly any[]): string {
  const begin = events.findLastIndex(({ type }) => type === 'job_started' || type === 'job_restarted');
  return events
    .slice(begin)
    .filter(({ type }) => type === 'token_chunk')
    .map(({ text }) => text)
    .join('');
}
