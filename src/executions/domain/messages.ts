import type { Content } from '../../content/public.ts';
import { utf8Length } from '../../kernel/bytes.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ProviderMessage } from '../../models/public.ts';
import { MESSAGES_MAX } from './execution.ts';

/** What a model is sent: a text as one message of the user, a chat as it is. @throws AppError payload_too_large */
export function messagesOf(content: Content): ProviderMessage[] {
  const messages: ProviderMessage[] =
    'text' in content
      ? [{ role: 'user', content: content.text }]
      : content.messages.map(({ role, content: text }) => ({ role, content: text }));
  const json = JSON.stringify(messages);
  // An object keeps a text with one character beyond Latin-1 at two bytes for each.
  const bytes = Math.max(utf8Length(json), /[\u0100-\uffff]/.test(json) ? json.length * 2 : 0);
  if (bytes <= MESSAGES_MAX) return messages;
  throw new AppError(
    'payload_too_large',
    `With its variables the prompt takes ${bytes} bytes; ${MESSAGES_MAX} are the most that a model is sent.`,
  );
}
