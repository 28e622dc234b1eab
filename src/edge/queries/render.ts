import { type Bundle, chooseFor } from '../../deployments/public.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { fillTexts, fitValues, type ParsedTemplate, parseTemplate } from '../../templates/public.ts';
import type { Held } from '../memory.ts';
import { type Chosen, chooseLocale, type Fetched } from '../present.ts';
import type { EdgeContext } from './load.ts';
import { type Active, type FetchAsk, loadActive } from './fetch.ts';

export type Rendered = Omit<Fetched, 'variables'>;

/**
 * The active version of a prompt, filled in.
 * @throws AppError missing_variables naming all of them, validation_failed, not_deployed, and what load throws
 */
export async function renderPrompt(
  context: EdgeContext,
  ask: FetchAsk & { variables: Record<string, JsonValue> },
): Promise<Active & { rendered: Rendered }> {
  const { locale, subject, variables, ...rest } = ask;
  const active = await loadActive(context, rest);
  const { served: bundle, variant } = chooseFor(active.bundle, subject);
  const chosen = chooseLocale(bundle, locale);
  const texts = fillTexts(templatesOf(active.held, bundle, chosen), fitValues(bundle.variables, variables));
  const { name, tag, versionId, kind, model, deploymentId, generation, contentHash } = bundle;
  const { content, ...served } = chosen;
  const rendered: Rendered = {
    name,
    environment: ask.environment,
    tag,
    variant,
    versionId,
    kind,
    ...served,
    ...('text' in content
      ? { text: texts[0] ?? '' }
      : {
          messages: content.messages.map(({ role }, i) => ({
            role,
            content: texts[i] ?? '',
          })),
        }),
    model,
    deploymentId,
    generation,
    contentHash,
  };
  return { ...active, rendered };
}

/** The parsed templates of a version in one language, kept with the bundle that it is in. */
function templatesOf(held: Held, { versionId }: Bundle, { locale, content }: Chosen): readonly ParsedTemplate[] {
  const key = `${versionId} ${locale}`;
  const known = held.templates.get(key);
  if (known !== undefined) return known;
  const texts = 'text' in content ? [content.text] : content.messages.map((message) => message.content);
  const templates = texts.map((text) => {
    const parsed = parseTemplate(text);
    // What does not parse cannot become a version.
    if (!parsed.ok) throw new Error(`an active template does not parse: ${parsed.findings[0]?.message ?? ''}`);
    return parsed.template;
  });
  held.templates.set(key, templates);
  return templates;
}
