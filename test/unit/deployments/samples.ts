import type { Content, LoadedVersion } from '../../../src/content/public.ts';
import type {
  ActiveItem,
  ActiveModel,
  LoadedRevision,
  Plan,
  PlanInput,
  PlannedChange,
} from '../../../src/deployments/domain/plan.ts';
import type { LoadedExperiment } from '../../../src/deployments/domain/experiment.ts';
import { planActivation } from '../../../src/deployments/domain/plan.ts';
import type { ModelSettings } from '../../../src/models/public.ts';

type Sample = Partial<Omit<LoadedVersion, 'content' | 'translations'>> & {
  text?: string;
  messages?: Extract<Content, { messages: unknown }>['messages'];
  translations?: Record<string, string>;
};

/** A version called like `prompt:greeting` or `asset:tone@2.0.0`. */
export function version(label: string, sample: string | Sample = {}): LoadedVersion {
  const [, type, name = '', tag = '1.0.0'] = /^(prompt|asset):([^@]+)(?:@(.+))?$/.exec(label) ?? [];
  const { text = '', messages, translations = {}, ...rest } = typeof sample === 'string' ? { text: sample } : sample;
  return {
    entryId: `${type}-${name}`,
    type: type === 'asset' ? 'asset' : 'prompt',
    name,
    kind: messages === undefined ? 'text' : 'chat',
    versionId: `${type}-${name}-${tag}`,
    tag,
    locale: 'en',
    content: messages === undefined ? { text } : { messages },
    translations: Object.entries(translations).map(([locale, translated]) => ({
      locale,
      content: { text: translated },
    })),
    variables: [],
    model: null,
    contentHash: `hash-${type}-${name}-${tag}`,
    authors: ['usr_author'],
    ...rest,
  };
}

export function change(label: string, sample?: string | Sample): PlannedChange {
  const loaded = version(label, sample);
  return { type: loaded.type, entryId: loaded.entryId, name: loaded.name, version: loaded, experiment: null };
}

/** An experiment with other versions of a prompt, each label with its weight. */
export const experiment = (
  weight: number,
  ...variants: [version: LoadedVersion, weight: number][]
): LoadedExperiment => ({
  weight,
  variants: variants.map(([beside, of], position) => ({ version: beside, weight: of, position })),
});

export function removal(label: string): PlannedChange {
  return { ...change(label), version: null };
}

export function active(label: string, sample?: string | Sample): ActiveItem {
  const loaded = version(label, sample);
  const { type, entryId, name } = loaded;
  return { type, entryId, name, version: loaded, experiment: null, deploymentId: 'dep_before', generation: 1 };
}

/** A revision called like `gpt` or `gpt@2`. */
export function revision(label: string, settings: Partial<ModelSettings> = {}): LoadedRevision {
  const [name = '', tag = '1'] = label.split('@');
  return {
    type: 'model',
    entryId: `model-${name}`,
    name,
    versionId: `model-${name}-${tag}`,
    tag,
    contentHash: `hash-model-${name}-${tag}`,
    settings: {
      provider: 'openai',
      model: 'gpt-4o',
      baseUrl: null,
      parameters: {},
      contextWindow: null,
      prices: null,
      priceSource: null,
      fallbacks: [],
      ...settings,
    },
  };
}

export function modelChange(label: string, settings?: Partial<ModelSettings>): PlannedChange {
  const loaded = revision(label, settings);
  return { type: 'model', entryId: loaded.entryId, name: loaded.name, version: loaded, experiment: null };
}

export function modelRemoval(label: string): PlannedChange {
  return { ...modelChange(label), version: null };
}

export function activeModel(name: string, fallbacks: string[] = []): ActiveModel {
  return { entryId: `model-${name}`, name, fallbacks };
}

export const PRODUCTION = { name: 'production', kind: 'production' } as const;
export const STAGING = { name: 'staging', kind: 'staging' } as const;
export const DEVELOPMENT = { name: 'development', kind: 'development' } as const;

export function plan(input: Partial<PlanInput>): Plan {
  return planActivation({ environment: PRODUCTION, changes: [], active: [], pinned: [], models: [], ...input });
}
