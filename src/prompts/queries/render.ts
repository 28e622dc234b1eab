import {
  type Content,
  type LoadedVersion,
  loadVersionsByRef,
  pathsOf,
  serveIn,
  textsOf,
} from '../../content/public.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { fillTexts } from '../../templates/public.ts';
import { fitVariables, resolveTexts, withTexts } from '../domain/render.ts';
import { loadIncluded, type Pins } from './load-included.ts';

export interface RenderInput {
  variables: Record<string, JsonValue>;
  locale?: string | undefined;
  /** What it includes, where that is not to be the newest: of `pinIncludes`. */
  includes?: Pins | undefined;
}

export type Rendered = Content & { locale: string; fallback: boolean; tag: string };

/**
 * Renders a version as an author sees it: includes without a tag are the newest versions, whatever is active anywhere.
 * @throws AppError not_found, incompatible, missing_variables, validation_failed
 */
export async function renderVersion(
  context: TenantContext,
  nameOrId: string,
  wanted: string,
  input: RenderInput,
): Promise<Rendered> {
  const { version, content, locale, fallback } = await prepareVersion(context, nameOrId, wanted, input);
  return { ...content, locale, fallback, tag: version.tag };
}

/** The same, and the version itself. */
export async function prepareVersion(
  context: TenantContext,
  nameOrId: string,
  wanted: string,
  input: RenderInput,
): Promise<{ version: LoadedVersion; content: Content; locale: string; fallback: boolean }> {
  const ref = { type: 'prompt', nameOrId, tag: wanted } as const;
  const [version] = await loadVersionsByRef(context.db, context.scope, [ref]);
  if (version === undefined) throw notFound(`The version ${wanted} of the prompt "${nameOrId}"`);
  const { locale, content, fallback } = serveIn(version, input.locale ?? null);
  const { lookup, variables } = await loadIncluded(context, textsOf(content), locale, input.includes);
  const paths = pathsOf(content, '');
  const sources = textsOf(content).map((text, index) => ({ path: paths[index] ?? 'text', text }));
  const templates = resolveTexts(sources, `prompt:${version.name}@${version.tag}`, lookup);
  // Its own declarations win over those of what it includes.
  const declared = new Map([...variables, ...version.variables].map((variable) => [variable.name, variable]));
  const texts = fillTexts(templates, fitVariables(templates, [...declared.values()], input.variables));
  return { version, content: withTexts(content, texts), locale, fallback };
}

/** What a version includes now, in the locale that serves a wish: to include the same at another time. */
export async function pinIncludes(
  context: TenantContext,
  version: LoadedVersion,
  wanted: string | null,
): Promise<Pins> {
  const { locale, content } = serveIn(version, wanted);
  return (await loadIncluded(context, textsOf(content), locale)).pins;
}
