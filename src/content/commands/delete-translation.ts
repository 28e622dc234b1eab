import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { deleteTranslation } from '../repo/versions.ts';
import { changeTranslations, type TranslationRef } from './change-translations.ts';

/** Takes a translation away. @throws AppError not_found, version_locked, state_conflict */
export async function removeTranslation(
  context: TenantContext,
  descriptor: ContentDescriptor,
  ref: TranslationRef,
): Promise<void> {
  await changeTranslations(context, descriptor, ref, ({ version, translations }) => {
    const left = translations.filter((translation) => translation.locale !== ref.locale);
    if (left.length === translations.length)
      throw notFound(`A translation of version ${version.tag} into ${ref.locale}`);
    return {
      translations: left,
      statement: deleteTranslation(context.db, context.scope, version.id, ref.locale),
      action: 'translation.delete',
    };
  });
}
