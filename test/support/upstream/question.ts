import { inject } from 'vitest';
import { askModel } from '../../../src/models/providers/ask.ts';
import { type End, ProviderError, type Question } from '../../../src/models/providers/port.ts';
import { secret } from '../secrets.ts';

/** What the fake providers saw of one id. */
export interface Book {
  requests: number;
  /** Connections that are being answered now. */
  open: number;
  /** Those that closed before their answer was whole. */
  aborted: number;
  /** How often something of an answer was written. */
  writes: number;
  last: { method: string; path: string; headers: Record<string, string>; body: any } | null;
}

export const PROTOCOLS = ['openai', 'openai-compatible', 'anthropic'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const KEY = secret('sk-proj-Zk3vQ9xW7bTn2LmRs8YcHd4F');

/** A base URL of the fake providers that behaves as the scenario says; the id counts for this call alone. */
export function upstream(scenario: string, protocol: Protocol): { id: string; baseUrl: string } {
  const id = crypto.randomUUID();
  const base = `${inject('upstream')}/${scenario}/${id}`;
  return { id, baseUrl: protocol === 'anthropic' ? base : `${base}/v1` };
}

export async function book(id: string): Promise<Book> {
  return (await fetch(`${inject('upstream')}/stats/${id}`)).json();
}

export function question(of: Partial<Question> & Pick<Question, 'provider'>): Question {
  return {
    model: 'fake-1',
    baseUrl: null,
    apiKey: of.provider === 'mock' ? null : KEY,
    messages: [{ role: 'user', content: 'Hello' }],
    parameters: {},
    signal: new AbortController().signal,
    allowLoopback: true,
    ...of,
  };
}

export interface Heard {
  texts: string[];
  text: string;
  end: End | null;
}

export async function hear(asked: Question): Promise<Heard> {
  const texts: string[] = [];
  let hasEnded = false;
  const end = await askModel(asked, (text) => {
    if (hasEnded) throw new Error('There is a text behind the end');
    texts.push(text);
    return true;
  });
  hasEnded = true;
  return { texts, text: texts.join(''), end };
}

/** The ProviderError of a question that fails; anything else is thrown on. */
export async function failure(asked: Question): Promise<ProviderError> {
  try {
    await hear(asked);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
  throw new Error('It did not fail');
}
