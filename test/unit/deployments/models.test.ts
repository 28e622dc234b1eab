import { describe, expect, it } from 'vitest';

import type { PlanInput } from '../../../src/deployments/domain/plan.ts';
import { assessRisk } from '../../../src/deployments/domain/risk.ts';
import type { RiskInput } from '../../../src/deployments/domain/risk.ts';
import type { ModelSettings } from '../../../src/models/public.ts';
import {
  activeModel,
  change,
  DEVELOPMENT,
  modelChange,
  modelRemoval,
  plan,
  PRODUCTION,
  revision,
  STAGING,
  version,
} from './samples.ts';

type Settings = Partial<ModelSettings>;
type Place = RiskInput['environment'];

/** The risk of one model taking another revision's place; null: none was active. */
function weigh(before: Settings | null, after: Settings, environment: Place, more: Partial<RiskInput> = {}) {
  const to = modelChange('gpt@2', after);
  const previous = before === null ? null : revision('gpt@1', before);
  const changes = [{ change: to, previous, everActiveInProduction: true, dependants: 0, previousVariants: [] }];
  return assessRisk({ environment, changes, plan: plan({ changes: [to] }), ...more });
}

const codes = ({ reasons }: ReturnType<typeof assessRisk>): string[] =>
  reasons.map(({ level, code, item }) => `${level} ${code} ${item}`);

const price = (input: number, output: number): Settings => ({
  prices: { inputMicrosPerMillion: input, outputMicrosPerMillion: output },
});
const SECRET = `ghp_${'aB3'.repeat(12)}`;

/** Each with what is found in it in staging. */
const RULES: [string, Settings, Settings, string[]][] = [
  ['nothing', {}, {}, []],
  ['another model at the same provider', { model: 'gpt-4o' }, { model: 'gpt-4o-mini' }, []],
  ['another provider', {}, { provider: 'anthropic' }, ['high model_endpoint_changed']],
  ['a base URL', {}, { baseUrl: 'https://llm.example.com' }, ['high model_endpoint_changed']],
  ['no base URL any more', { baseUrl: 'https://llm.example.com' }, {}, ['high model_endpoint_changed']],
  ['an input price of 30 % more', price(1_000, 5), price(1_300, 5), []],
  ['an input price of more than that', price(1_000, 5), price(1_301, 5), ['medium price_raised']],
  ['an output price of 30 % more', price(5, 10), price(5, 13), []],
  ['an output price of more than that', price(5, 10), price(5, 14), ['medium price_raised']],
  ['both prices, said once', price(5, 10), price(50, 100), ['medium price_raised']],
  ['a price for what was free', price(0, 0), price(0, 1), ['medium price_raised']],
  ['a lower price', price(10, 10), price(1, 1), []],
  ['a price that was not known', {}, price(10, 10), []],
  ['a price that is not known any more', price(10, 10), {}, []],
  ['a smaller context window', { contextWindow: 8000 }, { contextWindow: 7999 }, ['medium context_shrunk']],
  [
    'the same window and prices',
    { contextWindow: 8000, ...price(10, 10) },
    { contextWindow: 8000, ...price(10, 10) },
    [],
  ],
  ['a larger context window', { contextWindow: 8000 }, { contextWindow: 8001 }, []],
  ['a context window that was not known', {}, { contextWindow: 1 }, []],
  ['a context window that is not known any more', { contextWindow: 1 }, {}, []],
  ['a fallback', {}, { fallbacks: ['b'] }, ['medium fallbacks_changed']],
  ['a fallback less', { fallbacks: ['b'] }, {}, ['medium fallbacks_changed']],
  ['fallbacks in another order', { fallbacks: ['b', 'c'] }, { fallbacks: ['c', 'b'] }, ['medium fallbacks_changed']],
  ['the same fallbacks', { fallbacks: ['b', 'c'] }, { fallbacks: ['b', 'c'] }, []],
  ['a secret in a header', {}, { parameters: { extra: { deep: [SECRET] } } }, ['critical secret_in_text']],
  ['a secret by its name', {}, { parameters: { password: 'hunter2hunter2' } }, ['critical secret_in_text']],
  ['personal data', {}, { parameters: { user: '4111 1111 1111 1111' } }, ['high personal_data']],
  ['ordinary parameters', {}, { parameters: { temperature: 0.2, stop: ['END'] } }, []],
  [
    'several at once',
    { contextWindow: 2, fallbacks: ['b'] },
    { contextWindow: 1, provider: 'mock' },
    ['high model_endpoint_changed', 'medium context_shrunk', 'medium fallbacks_changed'],
  ],
];

const worlds = (): Partial<PlanInput> => ({ models: [activeModel('b'), activeModel('c')] });

describe('assessRisk: models', () => {
  it.each(RULES)('%s', (_, before, after, expected) => {
    const found = expected.map((each) => `${each} model:gpt`);
    const highest = expected[0]?.split(' ')[0] ?? 'low';
    for (const environment of [DEVELOPMENT, STAGING]) {
      const risk = weigh(before, after, environment);
      expect(codes(risk)).toEqual(found);
      expect({ level: risk.level, items: risk.items }).toEqual({ level: highest, items: [highest] });
    }
    // In production, on top of what every change of a model is.
    expect(codes(weigh(before, after, PRODUCTION)).toSorted()).toEqual(
      [...found, 'high model_changed model:gpt', 'medium production_target null'].toSorted(),
    );
  });

  it('compares nothing where none was active, and still sees what is written', () => {
    const parameters = { extra: [SECRET] };
    expect(codes(weigh(null, { baseUrl: 'https://llm.example.com', fallbacks: ['b'] }, STAGING))).toEqual([]);
    expect(codes(weigh(null, { parameters }, STAGING))).toEqual(['critical secret_in_text model:gpt']);
    const risk = weigh(null, { parameters }, STAGING);
    expect(risk.reasons[0]?.message).toBe('What looks like a GitHub token is in the parameters.');
    expect(JSON.stringify(risk)).not.toContain(SECRET);
  });

  it('is high the first time in production, not elsewhere', () => {
    const changes = [
      {
        change: modelChange('gpt'),
        previous: null,
        everActiveInProduction: false,
        dependants: 0,
        previousVariants: [],
      },
    ];
    const of = (environment: Place) =>
      codes(assessRisk({ environment, changes, plan: plan({ changes: changes.map((each) => each.change) }) }));
    expect(of(PRODUCTION)).toEqual(['high first_in_production model:gpt', 'medium production_target null']);
    expect(of(STAGING)).toEqual([]);
  });

  it('is no change where the same revision stays', () => {
    const changes = [
      {
        change: modelChange('gpt'),
        previous: revision('gpt'),
        everActiveInProduction: true,
        dependants: 0,
        previousVariants: [],
      },
    ];
    expect(codes(assessRisk({ environment: PRODUCTION, changes, plan: plan({}) }))).toEqual([
      'medium production_target null',
    ]);
  });

  it('may be declared higher, never lower', () => {
    const risk = (declared: 'low' | 'critical') => weigh({}, { provider: 'mock' }, STAGING, { declared });
    expect(risk('low').level).toBe('high');
    expect(risk('critical').level).toBe('critical');
  });

  it('is not found in a model that is active no longer', () => {
    const changes = [
      {
        change: modelRemoval('gpt'),
        previous: revision('gpt', { parameters: { token: SECRET } }),
        everActiveInProduction: true,
        dependants: 0,
        previousVariants: [],
      },
    ];
    expect(codes(assessRisk({ environment: STAGING, changes, plan: plan({}) }))).toEqual([]);
  });
});

const told = (input: Partial<PlanInput>): string[] =>
  plan(input).findings.map(({ path, code, message }) => `${path} ${code} ${message.split(' ')[0]}`);

describe('planActivation: fallbacks', () => {
  const falling = (...fallbacks: string[]) => modelChange('a', { fallbacks });

  it.each<[string, Partial<PlanInput>, string[]]>([
    ['that are active', { changes: [falling('b', 'c')], ...worlds() }, []],
    ['that come along', { changes: [falling('b'), modelChange('b')] }, []],
    ['that come along, before', { changes: [modelChange('b'), falling('b')] }, []],
    [
      'that are neither',
      { changes: [change('prompt:p'), falling('b', 'x', 'y')], ...worlds() },
      ['items[1] fallback_not_active model:x,', 'items[1] fallback_not_active model:y,'],
    ],
    [
      'that are a prompt’s name',
      { changes: [falling('p'), change('prompt:p')] },
      ['items[0] fallback_not_active model:p,'],
    ],
    [
      'that end with this deployment',
      { changes: [falling('b'), modelRemoval('b')], ...worlds() },
      ['items[0] fallback_not_active model:b'],
    ],
    [
      'of another, which end with this deployment',
      { changes: [modelRemoval('b')], models: [activeModel('a', ['b']), activeModel('b')] },
      ['model:a fallback_not_active model:b'],
    ],
    [
      'of another that ends too',
      { changes: [modelRemoval('b'), modelRemoval('a')], models: [activeModel('a', ['b']), activeModel('b')] },
      [],
    ],
    [
      'of another that lets go of them',
      { changes: [modelRemoval('b'), falling()], models: [activeModel('a', ['b']), activeModel('b')] },
      [],
    ],
    ['of another that were not active before', { changes: [falling()], models: [activeModel('d', ['gone'])] }, []],
    ['of the revision before', { changes: [falling()], models: [activeModel('a', ['gone'])] }, []],
  ])('%s', (_, input, expected) => {
    expect(told(input)).toEqual(expected);
  });

  it('says what to do', () => {
    const messages = (input: Partial<PlanInput>) => plan(input).findings.map(({ message }) => message);
    expect(messages({ environment: STAGING, changes: [falling('x')] })).toEqual([
      'model:x, a fallback of model:a, is neither active in staging nor part of this deployment. Deploy it too, or fall back to another.',
    ]);
    expect(messages({ changes: [falling('b'), modelRemoval('b')], ...worlds() })).toEqual([
      'model:b is no longer active after items[1], and is still a fallback of model:a.',
    ]);
  });

  it('make no bundle and no dependants', () => {
    const { bundles, dependants, pinnedBy } = plan({ changes: [falling(), change('asset:x', 'x')] });
    expect({ bundles, dependants, pinnedBy }).toEqual({
      bundles: [],
      dependants: [
        { entryId: 'model-a', count: 0 },
        { entryId: 'asset-x', count: 0 },
      ],
      pinnedBy: [{ entryId: 'asset-x', versionIds: [] }],
    });
  });
});

describe('a version’s own model setting', () => {
  it('is weighed as before', () => {
    const to = change('prompt:p@2.0.0', { model: { name: 'b' } });
    const previous = version('prompt:p', { model: { name: 'a' } });
    const changes = [{ change: to, previous, everActiveInProduction: true, dependants: 0, previousVariants: [] }];
    expect(codes(assessRisk({ environment: PRODUCTION, changes, plan: plan({ changes: [to] }) }))).toEqual([
      'high model_changed prompt:p',
      'medium production_target null',
    ]);
  });
});
