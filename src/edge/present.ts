import { utf8 } from '../kernel/bytes.ts';
import { createHash } from 'node:crypto';
import { armOf, type Bundle, rendezvous } from '../deployments/public.ts';
import { SECURITY_HEADERS } from '../platform/http/pipeline.ts';
import { type Selection, selectLocale } from './domain/locale.ts';
import { type Held, type Page, pageOf, type Pages, type Tier } from './memory.ts';

/** A bundle's content in one language. */
export type Chosen = Selection<Bundle['locales'][string]>;

/** What a fetch tells of a prompt. */
export interface Fetched {
  name: string;
  environment: string;
  tag: string;
  /** The tag of the version that was chosen for the subject; null: nothing was to be chosen, or for nobody. */
  variant: string | null;
  versionId: string;
  kind: 'text' | 'chat';
  locale: string;
  fallback: boolean;
  text?: string;
  messages?: { role: string; content: string }[];
  variables: Bundle['variables'];
  model: Bundle['model'];
  deploymentId: string;
  generation: number;
  contentHash: string;
}

export const chooseLocale = (bundle: Bundle, wanted: string | null): Chosen => selectLocale(bundle, wanted);

/** @param variant the tag of what was chosen for a subject; null: nothing was */
export function presentBundle(bundle: Bundle, environment: string, chosen: Chosen, variant: string | null): Fetched {
  const { name, tag, versionId, kind, variables, model, deploymentId, generation, contentHash } = bundle;
  const { locale, fallback, content } = chosen;
  return {
    name,
    environment,
    tag,
    variant,
    versionId,
    kind,
    locale,
    fallback,
    ...('text' in content ? { text: content.text } : { messages: content.messages }),
    variables,
    model,
    deploymentId,
    generation,
    contentHash,
  };
}

/** All that a fetch may be answered in a language, whoever it is for. */
export function presentPages(held: Held, bundle: Bundle, environment: string, wanted: string | null): Pages {
  const { promptId, experiment } = bundle;
  const ask = { environment, wanted };
  const own = presentPage(held, bundle, { ...ask, variant: null });
  if (experiment === undefined) return { promptId, own, arms: null };
  const arms = [experiment.weight, ...experiment.variants.map(({ weight }) => weight)].map((weight, i) => {
    const served = armOf(bundle, i);
    return { tag: served.tag, weight, page: presentPage(held, served, { ...ask, variant: served.tag }) };
  });
  return { promptId, own, arms };
}

/** The one of them that is a subject's; null: nobody's. */
export function pageFor({ promptId, own, arms }: Pages, subject: string | null): Page {
  if (arms === null || subject === null) return own;
  return arms[rendezvous(promptId, subject, arms)]?.page ?? own;
}

/** The answer to a fetch, in bytes, with its entity tag. Made once for each version and language a bundle is served in. */
function presentPage(
  held: Held,
  bundle: Bundle,
  { environment, wanted, variant }: { environment: string; wanted: string | null; variant: string | null },
): Page {
  const chosen = chooseLocale(bundle, wanted);
  const name = `${chosen.locale}${chosen.fallback ? '?' : ''}${variant === null ? '' : ` ${variant}`}`;
  return pageOf(held, name, () => {
    const body = utf8(JSON.stringify(presentBundle(bundle, environment, chosen, variant)));
    // Over the bytes, so that whatever changes in them changes it: a strong one (RFC 9110, 8.8.3).
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
    const etag = `"${bundle.generation}-${hash}"`;
    const headers = new Headers(ALWAYS);
    for (const [header, value] of Object.entries(headersOf(etag, bundle.generation, 'memory')))
      headers.set(header, value);
    return { body, etag, generation: bundle.generation, headers };
  });
}

/** What every answer of the edge carries, as src/platform/http/pipeline.ts has it for all answers. */
export const ALWAYS = new Headers({ ...SECURITY_HEADERS, 'content-type': 'application/json', vary: 'Origin' });

const TIMINGS: Record<Tier, string> = {
  memory: 'memory;desc="this isolate remembered"',
  kv: 'kv;desc="KV answered"',
  d1: 'd1;desc="D1 was asked"',
};

export const serverTiming = (tier: Tier): string => TIMINGS[tier];

/**
 * What a fetch says in its headers. Its answer is one credential's: no shared cache may keep it, and the caller's own
 * asks again (with If-None-Match) each time it uses it.
 */
export const headersOf = (etag: string, generation: number, tier: Tier): Record<string, string> => ({
  'cache-control': 'private, no-cache',
  etag,
  'x-generation': String(generation),
  'server-timing': serverTiming(tier),
});
