import type { JsonValue } from '../../kernel/canonical-json.ts';
import { inferVariables } from '../../templates/public.ts';
import {
  checkContent,
  type Checked,
  checkSameShape,
  type ContentInput,
  Findings,
  type IncludeRef,
  includesOf,
  type PlacedInclude,
  placedIncludes,
  textsOfInput,
} from './check-content.ts';
import { type Content, textsOf, type VariableDeclaration } from './content.ts';
import { LIMITS } from './limits.ts';
import { hashOfVersion, sizeOfVersion, type VersionBody } from './version.ts';
import { type Warning, variableWarnings } from './warnings.ts';

/** A version as a request brings it: every field within its limits. */
export interface VersionInput extends ContentInput {
  tag?: string | undefined;
  locale?: string | undefined;
  changeMessage?: string | undefined;
  variables?: VariableDeclaration[] | undefined;
  model?: Record<string, JsonValue> | undefined;
  translations?: ({ locale: string } & ContentInput)[] | undefined;
}

/** What a version is compared with while it is checked. */
export interface DraftEntry {
  kind: 'text' | 'chat';
  /** Of a version that names none. */
  locale: string;
}

/** A version that may be stored. */
export interface VersionDraft extends VersionBody {
  changeMessage: string | null;
  contentHash: string;
  size: number;
  includes: IncludeRef[];
  /** Where they stand, to say which are unknown. */
  placedIncludes: PlacedInclude[];
  warnings: Warning[];
}

/** What a version would include, before it is checked. */
export const includesOfInput = (input: VersionInput): IncludeRef[] =>
  includesOf([input, ...(input.translations ?? [])].flatMap(textsOfInput)).slice(0, LIMITS.includes);

/**
 * Checks a version as a whole.
 * @param base what the paths of its errors begin with, such as `version.`
 * @throws AppError validation_failed with all that is wrong, payload_too_large
 */
export function draftVersion(entry: DraftEntry, input: VersionInput, base = ''): VersionDraft {
  const findings = new Findings();
  const locale = input.locale ?? entry.locale;
  const own = checkContent(entry.kind, input, base, findings);
  const translated = checkTranslations(entry.kind, { locale, content: own?.content }, input, base, findings);
  const templates = [own, ...translated].flatMap((checked) => checked?.templates ?? []);
  const variables = input.variables ?? inferVariables(templates.map(({ template }) => template));
  if (variables.length > LIMITS.variables) {
    findings.add(
      `${base}variables`,
      `a version has ${LIMITS.variables} variables at most, this one uses ${variables.length}`,
      'too_big',
    );
  }
  const includes = includesOf(
    [own, ...translated].flatMap((checked) => (checked === null ? [] : textsOf(checked.content))),
  );
  if (includes.length > LIMITS.includes)
    findings.add(`${base}text`, `at most ${LIMITS.includes} different includes`, 'too_big');
  findings.throwIfAny();
  if (own === null) throw new Error('a content was neither refused nor kept');
  const translations = translated.map(({ locale: of, content }) => ({ locale: of, content }));
  const body = { locale, content: own.content, variables, model: input.model ?? null, translations };
  return {
    ...body,
    changeMessage: input.changeMessage ?? null,
    contentHash: hashOfVersion(entry.kind, body),
    size: sizeOfVersion(body),
    includes,
    placedIncludes: placedIncludes(templates),
    warnings: variableWarnings(templates, variables, (index) => `${base}variables[${index}]`),
  };
}

function checkTranslations(
  kind: DraftEntry['kind'],
  own: { locale: string; content: Content | undefined },
  input: VersionInput,
  base: string,
  findings: Findings,
): (Checked & { locale: string })[] {
  const seen = new Set<string>();
  return (input.translations ?? []).flatMap((translation, index) => {
    const path = `${base}translations[${index}].`;
    const { locale } = translation;
    if (locale === own.locale) findings.add(`${path}locale`, `${locale} is the version's own locale`, 'own_locale');
    if (seen.has(locale)) findings.add(`${path}locale`, `${locale} is there twice`, 'duplicate');
    seen.add(locale);
    const checked = checkContent(kind, translation, path, findings);
    if (checked === null) return [];
    if (own.content !== undefined) checkSameShape(own.content, checked.content, path, findings);
    return [{ ...checked, locale }];
  });
}
