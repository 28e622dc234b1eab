import type { ProviderName } from '../domain/model.ts';
import { askMock } from './mock.ts';
import type { Ask, Piece, Question } from './port.ts';

/**
 * Asks the model that the question names. The SDKs are loaded when first asked: they would cost each cold start, also of
 * isolates that never ask.
 */
export const askModel: Ask = (question) => ({ [Symbol.asyncIterator]: () => new Asking(question) });

/** Passes on what a provider says. Not a generator around its own: each of those costs every piece a turn. */
class Asking implements AsyncIterator<Piece, undefined> {
  readonly #question: Question;
  #pieces: AsyncIterator<Piece, undefined> | null = null;

  constructor(question: Question) {
    this.#question = question;
  }

  next(): Promise<IteratorResult<Piece, undefined>> {
    return this.#pieces === null ? this.#begin() : this.#pieces.next();
  }

  async return(): Promise<IteratorResult<Piece, undefined>> {
    await this.#pieces?.return?.();
    return { done: true, value: undefined };
  }

  async #begin(): Promise<IteratorResult<Piece, undefined>> {
    this.#question.signal.throwIfAborted();
    const pieces = (await piecesOf(this.#question))[Symbol.asyncIterator]() as AsyncIterator<Piece, undefined>;
    this.#pieces = pieces;
    return pieces.next();
  }
}

async function piecesOf(question: Question): Promise<AsyncIterable<Piece>> {
  switch (question.provider) {
    case 'mock':
      return askMock(question);
    case 'anthropic':
      return (await import('./anthropic.ts')).askAnthropic(question);
    case 'openai':
    case 'openai-compatible':
      return (await import('./openai.ts')).askOpenAi(question);
  }
}

/** Loads what asking a provider needs, ahead of the question. */
export async function warmProvider(provider: ProviderName): Promise<void> {
  if (provider === 'anthropic') await import('./anthropic.ts');
  else if (provider !== 'mock') await import('./openai.ts');
}
