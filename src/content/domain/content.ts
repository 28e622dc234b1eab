import type { JsonValue } from '../../kernel/canonical-json.ts';

/** What is versioned and translated. */
export const ENTRY_TYPES = ['prompt', 'asset'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
}

/** A text, or the messages of a chat. */
export type Content = { text: string } | { messages: Message[] };

export interface VariableDeclaration {
  name: string;
  type?: 'string' | 'number' | 'boolean' | 'array' | 'object';
  required?: boolean;
  default?: JsonValue;
  description?: string;
}

/** A version with everything that is served of it. */
export interface LoadedVersion {
  entryId: string;
  type: EntryType;
  name: string;
  kind: 'text' | 'chat';
  versionId: string;
  tag: string;
  /** Its own locale. */
  locale: string;
  content: Content;
  translations: { locale: string; content: Content }[];
  variables: VariableDeclaration[];
  model: Record<string, JsonValue> | null;
  /** Over content, translations, variables and model. */
  contentHash: string;
  /** The people who wrote the version or any of its translations. */
  authors: string[];
}

/** The texts of a content, one for a text, one a message for a chat. */
export const textsOf = (content: Content): string[] =>
  'text' in content ? [content.text] : content.messages.map((message) => message.content);
