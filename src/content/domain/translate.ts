import { AppError } from '../../kernel/errors.ts';
import {
  checkContent,
  checkSameShape,
  type ContentInput,
  Findings,
  type IncludeRef,
  includesOf,
  type PlacedInclude,
  placedIncludes,
} from './check-content.ts';
import { type Content, textsOf } from './content.ts';
import { LIMITS } from './limits.ts';
import { hashOfVersion, sizeOfVersion, type TranslatedContent, type VersionBody } from './version.ts';
import { variableWarnings, type Warning } from './warnings.ts';

/** A translation that may be stored. */
export interface TranslationDraft {
  content: Content;
  placedIncludes: PlacedInclude[];
  warnings: Warning[];
}

/** @throws AppError validation_failed with all that is wrong */
export function draftTranslation(
  kind: 'text' | 'chat',
  version: VersionBody,
  locale: string,
  input: ContentInput,
): TranslationDraft {
  const findings = new Findings();
  if (locale === version.locale)
    findings.add('path.locale', `${locale} is the version's own locale, which never changes`, 'own_locale');
  const checked = checkContent(kind, input, '', findings);
  if (checked !== null) checkSameShape(version.content, checked.content, '', findings);
  findings.throwIfAny();
  if (checked === null) throw new Error('a content was neither refused nor kept');
  const { content, templates } = checked;
  const whole = 'text' in content ? 'text' : 'messages';
  return {
    content,
    placedIncludes: placedIncludes(templates),
    warnings: variableWarnings(templates, version.variables, () => whole),
  };
}

/** What a version becomes with other translations. */
export interface Retranslated {
  contentHash: string;
  size: number;
  includes: IncludeRef[];
}

/** @throws AppError validation_failed, payload_too_large when it grows too large */
export function retranslate(
  kind: 'text' | 'chat',
  version: VersionBody,
  translations: TranslatedContent[],
): Retranslated {
  const body = { ...version, translations };
  const size = sizeOfVersion(body);
  const includes = includesOf([version, ...translations].flatMap(({ content }) => textsOf(content)));
  if (includes.length > LIMITS.includes) {
    throw new AppError(
      'validation_failed',
      `A version has ${LIMITS.includes} different includes at most, over all its locales.`,
    );
  }
  return { contentHash: hashOfVersion(kind, body), size, includes };
}
