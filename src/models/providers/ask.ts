import { loadOnce } from '../../kernel/load-once.ts';
import { askMock } from './mock.ts';
import type { Ask } from './port.ts';

const loadAnthropic = loadOnce(() => import('./anthropic.ts'));
const loadOpenAi = loadOnce(() => import('./openai.ts'));

/**
 * Asks the model that the question names. The SDKs are loaded when first asked: they would cost each cold start, also of
 * isolates that never ask.
 */
export const askModel: Ask = async (question, onText) => {
  question.signal.throwIfAborted();
  switch (question.provider) {
    case 'mock':
      return askMock(question, onText);
    case 'anthropic':
      return (await loadAnthropic()).askAnthropic(question, onText);
    case 'openai':
    case 'openai-compatible':
      return (await loadOpenAi()).askOpenAi(question, onText);
  }
};
