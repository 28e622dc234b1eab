import { canonicalJson } from '../../kernel/canonical-json.ts';
import { personOf } from '../../kernel/actor.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type ContentInput, includesOf, textsOfInput } from '../domain/check-content.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { LIMITS } from '../domain/limits.ts';
import { draftTranslation, type TranslationDraft } from '../domain/translate.ts';
import { putTranslation, readKnownIncludes, type StoredVersion, type Translation } from '../repo/versions.ts';
import { presentVersion } from '../present.ts';
import type { VersionJson } from '../schemas/responses.ts';
import { changeTranslations, type TranslationChange, type TranslationRef } from './change-translations.ts';
import { warningsOf } from './new-version.ts';

/**
 * Writes a version's translation into a locale, or over the one that is there. The same text again changes nothing,
 * its author included.
 * @throws AppError not_found, version_locked, validation_failed, payload_too_large, state_conflict
 */
export async function writeTranslation(
  context: TenantContext,
  descriptor: ContentDescriptor,
  ref: TranslationRef,
  input: ContentInput,
): Promise<VersionJson> {
  const includes = includesOf(textsOfInput(input)).slice(0, LIMITS.includes);
  const known = await readKnownIncludes(context.db, context.scope, includes);
  const drafts: TranslationDraft[] = [];
  const stored = await changeTranslations(context, descriptor, ref, (found) => {
    const { entry, version, translations } = found;
    const draft = draftTranslation(entry.kind, { ...version, translations }, ref.locale, input);
    drafts.push(draft);
    return changeTo(context, found, ref.locale, draft);
  });
  const draft = drafts.at(-1);
  return presentVersion(descriptor, stored, draft === undefined ? [] : warningsOf(draft, known));
}

function changeTo(
  context: TenantContext,
  { version, translations }: StoredVersion,
  locale: string,
  { content }: TranslationDraft,
): TranslationChange | null {
  const there = translations.find((translation) => translation.locale === locale);
  if (there !== undefined && canonicalJson(there.content) === canonicalJson(content)) return null;
  const { id: createdBy } = context.actor;
  const row: Translation = {
    tenantId: context.scope.tenantId,
    versionId: version.id,
    locale,
    content,
    createdBy,
    authorId: personOf(context.actor) ?? createdBy,
    updatedAt: context.now(),
  };
  return {
    translations: [...translations.filter((translation) => translation.locale !== locale), row].toSorted((a, b) =>
      a.locale < b.locale ? -1 : 1,
    ),
    statement: putTranslation(context.db, row),
    action: 'translation.put',
  };
}
