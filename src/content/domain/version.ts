import { contentHash, type JsonValue } from '../../kernel/canonical-json.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Content, VariableDeclaration } from './content.ts';
import { LIMITS } from './limits.ts';
import { jsonBytes } from './plain-text.ts';

export interface TranslatedContent {
  locale: string;
  content: Content;
}

/** What a version says: all that its hash covers. */
export interface VersionBody {
  locale: string;
  content: Content;
  variables: VariableDeclaration[];
  model: Record<string, JsonValue> | null;
  translations: TranslatedContent[];
}

/** The hash that approvals are bound to: over everything that is served. */
export function hashOfVersion(kind: 'text' | 'chat', body: VersionBody): string {
  const { locale, content, variables, model } = body;
  const translations = body.translations
    .map((translation) => ({ locale: translation.locale, content: translation.content }))
    .toSorted((a, b) => (a.locale < b.locale ? -1 : 1));
  return contentHash({ kind, locale, content, variables, model, translations });
}

/** Its size in bytes of JSON. @throws AppError payload_too_large, validation_failed for too many translations */
export function sizeOfVersion({ content, variables, model, translations }: VersionBody): number {
  if (translations.length > LIMITS.translations) {
    throw new AppError(
      'validation_failed',
      `A version has ${LIMITS.translations + 1} locales at most, its own among them.`,
      {
        errors: [{ path: 'translations', message: `at most ${LIMITS.translations}`, code: 'too_big' }],
      },
    );
  }
  const size = jsonBytes({ content, variables, model, translations });
  if (size <= LIMITS.versionBytes) return size;
  throw new AppError(
    'payload_too_large',
    `With all its translations the version would have ${size} bytes of JSON; ${LIMITS.versionBytes} are the most. Move shared text to assets, or split it.`,
  );
}
