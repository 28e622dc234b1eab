import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { LoadedVersion } from '../../../src/content/public.ts';
import type { PlanInput } from '../../../src/deployments/domain/plan.ts';
import { assessRisk } from '../../../src/deployments/domain/risk.ts';
import type { AssessedChange, RiskInput } from '../../../src/deployments/domain/risk.ts';
import { RISK_LEVELS } from '../../../src/environments/public.ts';
import { active, change, DEVELOPMENT, experiment, plan, PRODUCTION, removal, STAGING, version } from './samples.ts';

type Given = Partial<Omit<AssessedChange, 'change'>> & { to: AssessedChange['change'] };

const assessed = ({ to, ...rest }: Given): AssessedChange => ({
  change: to,
  previous: null,
  previousVariants: [],
  everActiveInProduction: true,
  dependants: 0,
  ...rest,
});

function assess(given: Given[], rest: Partial<Omit<RiskInput, 'changes'>> = {}, world: Partial<PlanInput> = {}) {
  const changes = given.map(assessed);
  const planned = plan({ ...world, changes: changes.map((each) => each.change) });
  return assessRisk({ environment: STAGING, plan: planned, ...rest, changes });
}

const codes = (risk: ReturnType<typeof assessRisk>) =>
  risk.reasons.map(({ code, level, item }) => `${level} ${code} ${item}`);

/** A text of a hundred different words, and the same with some replaced: of 200 words 2 × n changed. */
const words = (replaced = 0) =>
  Array.from({ length: 100 }, (_, at) => (at < replaced ? `new${at}` : `word${at}`)).join(' ');
const chat = (system: string, user = 'Hello') => ({
  messages: [
    { role: 'system' as const, content: system },
    { role: 'user' as const, content: user },
  ],
});
const SECRET = `ghp_${'aB3'.repeat(12)}`;
const CARD = '4111 1111 1111 1111';

describe('assessRisk: low', () => {
  it('is everything else', () => {
    const previous = version('prompt:p', words());
    expect(assess([{ to: change('prompt:p@2.0.0', words(30)), previous }])).toEqual({
      level: 'low',
      reasons: [],
      items: ['low'],
    });
    expect(assess([{ to: change('prompt:p') }], { environment: DEVELOPMENT })).toEqual({
      level: 'low',
      reasons: [],
      items: ['low'],
    });
  });
});

describe('assessRisk: critical', () => {
  it.each([DEVELOPMENT, STAGING, PRODUCTION])('a secret in the text, in %o', (environment) => {
    const risk = assess([{ to: change('prompt:p', `Hi\n${SECRET}`) }], { environment });
    expect(risk).toMatchObject({ level: 'critical', items: ['critical'] });
    expect(risk.reasons).toContainEqual({
      code: 'secret_in_text',
      level: 'critical',
      item: 'prompt:p',
      message: 'What looks like a GitHub token is in locale en, line 2.',
    });
  });

  it.each<[string, Given[], Partial<PlanInput>, string]>([
    [
      'a translation',
      [{ to: change('prompt:p', { text: 'Hi', translations: { fr: SECRET } }) }],
      {},
      'locale fr, line 1',
    ],
    ['a message', [{ to: change('prompt:p', chat('Hi', `\n${SECRET}`)) }], {}, 'message 2 of locale en, line 2'],
    ['an asset', [{ to: change('asset:x', SECRET) }], {}, 'locale en, line 1'],
    [
      'an active asset inside',
      [{ to: change('prompt:p', 'Hi\n{{asset:x}}') }],
      { active: [active('asset:x', SECRET)] },
      'locale en with its includes, line 2',
    ],
    [
      'a pinned asset inside',
      [{ to: change('prompt:p', '{{asset:x@1.0.0}}') }],
      { pinned: [version('asset:x', SECRET)] },
      'locale en with its includes, line 1',
    ],
    [
      'a default',
      [{ to: change('prompt:p', { variables: [{ name: 'a', default: { deep: [SECRET] } }] }) }],
      {},
      'the variables.',
    ],
    [
      'a default by its name',
      [{ to: change('prompt:p', { variables: [{ name: 'password', default: 'hunter2hunter2' }] }) }],
      {},
      'the variables.',
    ],
    [
      'the model settings',
      [{ to: change('prompt:p', { model: { apiKey: 'a1b2c3d4e5' } }) }],
      {},
      'the model settings.',
    ],
    [
      'a name and value that meet',
      [{ to: change('prompt:p', 'password: {{asset:x}}') }],
      { active: [active('asset:x', 'hunter2hunter2')] },
      'locale en with its includes, line 1',
    ],
  ])('a secret in %s', (_, given, world, where) => {
    const risk = assess(given, {}, world);
    expect(risk.level).toBe('critical');
    expect(risk.reasons.map(({ message }) => message).join()).toContain(where);
  });

  it('never says what it found', () => {
    const to = change('prompt:p', {
      text: `${SECRET} ${CARD}`,
      variables: [{ name: 'token', default: 'hunter2hunter2' }],
    });
    const said = JSON.stringify(assess([{ to }]));
    for (const found of [SECRET, CARD, 'hunter2']) expect(said).not.toContain(found);
  });

  it('a system message that changes by more than 30 % in production', () => {
    const given = (replaced: number): Given[] => [
      { to: change('prompt:p@2.0.0', chat(words(replaced))), previous: version('prompt:p', chat(words())) },
    ];
    const environment = PRODUCTION;
    expect(codes(assess(given(31), { environment }))).toContain('critical system_message_changed prompt:p');
    expect(assess(given(30), { environment }).level).toBe('medium');
    expect(codes(assess(given(31)))).toEqual(['medium text_changed prompt:p']);
  });

  it('system messages are compared together, and in every locale', () => {
    const system = (...contents: string[]) => ({
      messages: contents.map((content) => ({ role: 'system' as const, content })),
    });
    const half = words().slice(0, 400);
    const split = [
      {
        to: change('prompt:p@2.0.0', system(half, words().slice(400))),
        previous: version('prompt:p', system(words())),
      },
    ];
    expect(assess(split, { environment: PRODUCTION }).level).toBe('medium');
    const translated = (text: string) => ({
      ...version('prompt:p', chat(words())),
      translations: [{ locale: 'fr', content: chat(text) }],
    });
    const to = { ...change('prompt:p'), version: translated('autre chose') };
    expect(codes(assess([{ to, previous: translated(words()) }], { environment: PRODUCTION }))).toContain(
      'critical system_message_changed prompt:p',
    );
  });

  it('a system message that comes or goes changes wholly', () => {
    const without = { messages: [{ role: 'user' as const, content: 'Hello' }] };
    for (const [from, to] of [
      [without, chat(words())],
      [chat(words()), without],
    ] as const) {
      const risk = assess([{ to: change('prompt:p', to), previous: version('prompt:p', from) }], {
        environment: PRODUCTION,
      });
      expect(risk.level).toBe('critical');
    }
  });

  it('a system message under another own locale is still what callers get', () => {
    const to = change('prompt:p', { ...chat('Something else altogether'), locale: 'de' });
    const risk = assess([{ to, previous: version('prompt:p', chat(words())) }], { environment: PRODUCTION });
    expect(risk.level).toBe('critical');
  });

  it('a user message is no system message', () => {
    const [from, to] = [chat('Be kind', words()), chat('Be kind', words(90))];
    const risk = assess([{ to: change('prompt:p', to), previous: version('prompt:p', from) }], {
      environment: PRODUCTION,
    });
    expect(codes(risk)).toEqual(['medium text_changed prompt:p', 'medium production_target null']);
  });
});

describe('assessRisk: high', () => {
  const isHigh = (risk: ReturnType<typeof assessRisk>, code: string) => {
    expect(codes(risk)).toContain(`high ${code} prompt:p`);
    expect(risk).toMatchObject({ level: 'high', items: ['high'] });
  };

  it('personal data in the text', () => {
    isHigh(assess([{ to: change('prompt:p', `A card: ${CARD}`) }]), 'personal_data');
    isHigh(
      assess([{ to: change('prompt:p', '{{asset:x}}') }], {}, { active: [active('asset:x', 'SSN 123-45-6789')] }),
      'personal_data',
    );
  });

  it('first time in production, there only', () => {
    const given = [{ to: change('prompt:p'), everActiveInProduction: false }];
    isHigh(assess(given, { environment: PRODUCTION }), 'first_in_production');
    expect(assess(given).level).toBe('low');
    expect(
      assess([{ to: removal('prompt:p'), everActiveInProduction: false }], { environment: PRODUCTION }).level,
    ).toBe('medium');
  });

  it('a variable removed', () => {
    const from = version('prompt:p', { text: words(), variables: [{ name: 'a' }, { name: 'b' }] });
    isHigh(
      assess([{ to: change('prompt:p', { text: words(), variables: [{ name: 'a' }] }), previous: from }]),
      'variable_removed',
    );
    isHigh(
      assess([{ to: change('prompt:p', words()), previous: version('prompt:p', `${words()}{{a}}`) }]),
      'variable_removed',
    );
  });

  it.each<[string, LoadedVersion['variables'], LoadedVersion['variables'], boolean]>([
    ['a required one added', [], [{ name: 'a', required: true }], true],
    ['one added that is required by omission', [], [{ name: 'a' }], true],
    ['an optional one added', [], [{ name: 'a', required: false }], false],
    ['one with a default added', [], [{ name: 'a', default: '' }], false],
    ['an optional one made required', [{ name: 'a', required: false }], [{ name: 'a' }], true],
    ['a default taken away', [{ name: 'a', default: 1 }], [{ name: 'a' }], true],
    ['a required one made optional', [{ name: 'a' }], [{ name: 'a', required: false }], false],
    ['nothing changed', [{ name: 'a' }], [{ name: 'a', description: 'An a' }], false],
  ])('%s', (_, before, after, high) => {
    const risk = assess([
      {
        to: change('prompt:p', { text: words(), variables: after }),
        previous: version('prompt:p', { text: words(), variables: before }),
      },
    ]);
    if (high) isHigh(risk, 'required_variable_added');
    else expect(risk.level).toBe('low');
  });

  it('one used and not declared is required too', () => {
    isHigh(
      assess([{ to: change('prompt:p', `${words()}{{a}}`), previous: version('prompt:p', words()) }]),
      'required_variable_added',
    );
    const optional = change('prompt:p', `${words()}{{#a}}x{{/a}}`);
    expect(assess([{ to: optional, previous: version('prompt:p', words()) }]).level).toBe('low');
  });

  it('a required one that comes with a new include', () => {
    const before = active('prompt:p', words());
    const world = { active: [before, active('asset:x', '{{a}}')] };
    isHigh(
      assess([{ to: change('prompt:p', `${words()}{{asset:x}}`), previous: before.version }], {}, world),
      'required_variable_added',
    );
  });

  it('a variable of an asset', () => {
    const risk = assess([{ to: change('asset:x', `${words()}{{a}}`), previous: version('asset:x', words()) }]);
    expect(codes(risk)).toEqual(['high required_variable_added asset:x']);
  });

  it('the model changed, in production', () => {
    const given = (model: LoadedVersion['model']): Given[] => [
      { to: change('prompt:p', { model }), previous: version('prompt:p', { model: { name: 'a', temperature: 1 } }) },
    ];
    isHigh(assess(given({ name: 'b', temperature: 1 }), { environment: PRODUCTION }), 'model_changed');
    isHigh(assess(given(null), { environment: PRODUCTION }), 'model_changed');
    expect(assess(given({ temperature: 1, name: 'a' }), { environment: PRODUCTION }).level).toBe('medium');
    expect(assess(given({ name: 'b' })).level).toBe('low');
  });

  it('ten dependants, not nine', () => {
    const given = (dependants: number) => [{ to: change('prompt:p'), dependants }];
    isHigh(assess(given(10)), 'many_dependants');
    expect(assess(given(9)).level).toBe('low');
    const prompts = Array.from({ length: 10 }, (_, at) => active(`prompt:d${at}`, '{{prompt:p}}'));
    isHigh(assess(given(0), {}, { active: prompts }), 'many_dependants');
    expect(assess(given(0), {}, { active: prompts.slice(1) }).level).toBe('low');
  });
});

describe('assessRisk: medium', () => {
  it('any production target, every item and a removal included', () => {
    const risk = assess([{ to: change('prompt:p') }, { to: removal('prompt:q') }], {
      environment: { name: 'live', kind: 'production' },
    });
    expect(risk).toEqual({
      level: 'medium',
      reasons: [
        { code: 'production_target', level: 'medium', item: null, message: 'live is a production environment.' },
      ],
      items: ['medium', 'medium'],
    });
  });

  it('text changed by more than 30 %, not by just that', () => {
    const given = (replaced: number) => [
      { to: change('prompt:p', words(replaced)), previous: version('prompt:p', words()) },
    ];
    expect(assess(given(30)).level).toBe('low');
    expect(assess(given(31)).reasons).toEqual([
      { code: 'text_changed', level: 'medium', item: 'prompt:p', message: 'The text changes by 31 % in locale en.' },
    ]);
  });

  it('in any locale', () => {
    const [from, to] = [
      { text: words(), translations: { fr: words() } },
      { text: words(), translations: { fr: words(40) } },
    ];
    expect(assess([{ to: change('prompt:p', to), previous: version('prompt:p', from) }]).reasons[0]?.message).toContain(
      'locale fr',
    );
  });

  it('a new translation is no change, unless it takes the place of one in its language', () => {
    const given = (locale: string) => [
      {
        to: change('prompt:p', { text: words(), translations: { [locale]: words(90) } }),
        previous: version('prompt:p', words()),
      },
    ];
    expect(assess(given('fr')).level).toBe('low');
    expect(codes(assess(given('en-GB')))).toEqual(['medium text_changed prompt:p']);
  });

  it('a locale that would be lost', () => {
    const previous = version('prompt:p', { text: words(), translations: { fr: 'Salut', de: 'Hallo' } });
    const risk = assess([{ to: change('prompt:p', { text: words(), translations: { it: 'Ciao' } }), previous }]);
    expect(risk.reasons).toEqual([
      {
        code: 'locale_lost',
        level: 'medium',
        item: 'prompt:p',
        message: 'Locales that are active now would be lost: de, fr.',
      },
    ]);
    const kept = change('prompt:p', { text: 'Hallo', locale: 'de', translations: { fr: 'Salut', en: words() } });
    expect(codes(assess([{ to: kept, previous }]))).not.toContain('medium locale_lost prompt:p');
    expect(assess([{ to: removal('prompt:p'), previous }])).toEqual({ level: 'low', reasons: [], items: ['low'] });
  });
});

describe('assessRisk: what is served, not what is written', () => {
  type Sample = Parameters<typeof active>[1];
  type World = { before: Sample; after?: Sample; pinned?: LoadedVersion[]; active?: PlanInput['active'] };

  /** A prompt that takes its own place in production, or in another environment. */
  function replaced(
    { before, after, pinned = [], active: around = [] }: World,
    environment = PRODUCTION as RiskInput['environment'],
  ) {
    const was = active('prompt:p', before);
    const to = change('prompt:p@2.0.0', after ?? before);
    return assess([{ to, previous: was.version }], { environment }, { pinned, active: [was, ...around] });
  }
  const messages = (risk: ReturnType<typeof assessRisk>) =>
    risk.reasons.filter(({ item }) => item !== null).map(({ level, item, message }) => `${level} ${item} ${message}`);
  const SYSTEM = (percent: number, locale = 'en') =>
    `critical prompt:p The text of role system changes by ${percent} % in locale ${locale}.`;

  it('another tag of what is included', () => {
    const pinned = [version('asset:x', words()), version('asset:x@1.0.1', words(82))];
    const risk = replaced({ before: chat('{{asset:x@1.0.0}}'), after: chat('{{asset:x@1.0.1}}'), pinned });
    expect(messages(risk)).toEqual([SYSTEM(82)]);
    const little = [version('asset:x', words()), version('asset:x@1.0.1', words(30))];
    expect(
      replaced({ before: chat('{{asset:x@1.0.0}}'), after: chat('{{asset:x@1.0.1}}'), pinned: little }).level,
    ).toBe('medium');
  });

  it('something else included in its place', () => {
    const pinned = [version('asset:nice', 'Be nice.'), version('asset:evil', words())];
    const [before, after] = [
      `${words().slice(0, 300)} {{asset:nice@1.0.0}}`,
      `${words().slice(0, 300)} {{asset:evil@1.0.0}}`,
    ];
    expect(codes(replaced({ before: chat(before), after: chat(after), pinned }))).toContain(
      'critical system_message_changed prompt:p',
    );
    expect(codes(replaced({ before, after, pinned }))).toEqual([
      'medium text_changed prompt:p',
      'medium production_target null',
    ]);
    expect(codes(replaced({ before: chat(before), after: chat(after), pinned }, STAGING))).toEqual([
      'medium text_changed prompt:p',
    ]);
  });

  it('through two includes, and in a translation only', () => {
    const outer = (inner: string) => `{{asset:inner@${inner}}}`;
    const pinned = [
      version('asset:outer', outer('1.0.0')),
      version('asset:outer@2.0.0', outer('2.0.0')),
      version('asset:inner', { text: words(), translations: { fr: words() } }),
      version('asset:inner@2.0.0', { text: words(), translations: { fr: words(50) } }),
    ];
    const both = (label: string, tag: string): LoadedVersion => {
      const content = chat(`{{asset:outer@${tag}}}`);
      return { ...version(label, content), translations: [{ locale: 'fr', content }] };
    };
    const was = { ...active('prompt:p'), version: both('prompt:p', '1.0.0') };
    const to = { ...change('prompt:p@2.0.0'), version: both('prompt:p@2.0.0', '2.0.0') };
    const risk = assess([{ to, previous: was.version }], { environment: PRODUCTION }, { pinned, active: [was] });
    expect(messages(risk)).toEqual([SYSTEM(50, 'fr')]);
  });

  it.each<[string, string, LoadedVersion['variables'], LoadedVersion['variables'], boolean]>([
    [
      'another default',
      '{{rules}}',
      [{ name: 'rules', default: words() }],
      [{ name: 'rules', default: words(40) }],
      true,
    ],
    [
      'one that is much the same',
      '{{rules}}',
      [{ name: 'rules', default: words() }],
      [{ name: 'rules', default: words(20) }],
      false,
    ],
    [
      'one that was none',
      '{{rules}}',
      [{ name: 'rules', required: false }],
      [{ name: 'rules', default: words() }],
      true,
    ],
    [
      'within an object',
      '{{a.b.c}}',
      [{ name: 'a', default: { b: { c: words() } } }],
      [{ name: 'a', default: { b: { c: words(40) } } }],
      true,
    ],
    [
      'of a list',
      '{{#list}}{{.}}{{/list}}',
      [{ name: 'list', default: [words()] }],
      [{ name: 'list', default: [words(40)] }],
      true,
    ],
    [
      'that switches a section off',
      `Hello{{#on}}${words()}{{/on}}`,
      [{ name: 'on', default: true }],
      [{ name: 'on', default: false }],
      true,
    ],
    [
      'that switches one on',
      `Hello{{^on}}${words()}{{/on}}`,
      [{ name: 'on', default: true }],
      [{ name: 'on', default: false }],
      true,
    ],
    [
      'that says what was so before',
      `Hello{{#on}}${words()}{{/on}}`,
      [{ name: 'on', required: false }],
      [{ name: 'on', default: false }],
      false,
    ],
    [
      'within a section that another one hides',
      '{{^off}}x{{/off}}{{#off}}{{rules}}{{/off}}',
      [
        { name: 'off', default: false },
        { name: 'rules', default: words() },
      ],
      [
        { name: 'off', default: false },
        { name: 'rules', default: words(40) },
      ],
      true,
    ],
    [
      'of a variable that is nowhere',
      'Hello',
      [{ name: 'rules', default: words() }],
      [{ name: 'rules', default: words(90) }],
      false,
    ],
  ])('a default: %s', (_, template, before, after, critical) => {
    const risk = replaced({
      before: { ...chat(template), variables: before },
      after: { ...chat(template), variables: after },
    });
    expect(codes(risk).includes('critical system_message_changed prompt:p')).toBe(critical);
  });

  it('a default that is so long, so often, that it cannot be compared', () => {
    const sample = (rules: string) => ({
      ...chat('{{rules}}'.repeat(2000)),
      variables: [{ name: 'rules', default: rules }],
    });
    const risk = replaced({ before: sample('a '.repeat(20_000)), after: sample('b '.repeat(20_000)) });
    expect(messages(risk)[0]).toBe(
      'critical prompt:p The text of role system is too long to be compared with what is served now, in locale en, and counts as changed.',
    );
  });

  it('the larger of what is written and what is served, once', () => {
    const pinned = [version('asset:x', words()), version('asset:y', words(90))];
    const half = (replacedWords: number, include: string) => chat(`${words(replacedWords)} {{asset:${include}@1.0.0}}`);
    // Of what is written 37 %, of what is served more.
    expect(messages(replaced({ before: half(0, 'x'), after: half(40, 'y'), pinned }))).toEqual([SYSTEM(65)]);
    // What is written changes much, though little of what is served.
    const long = [version('asset:x', `${words()} ${words()} ${words()}`)];
    expect(codes(replaced({ before: half(0, 'x'), after: half(40, 'x'), pinned: long }))).toContain(
      'critical system_message_changed prompt:p',
    );
  });

  it('an asset by itself: the reason is its own, and names who includes it', () => {
    const prompts = ['b', 'a'].map((name) => active(`prompt:${name}`, chat('{{asset:x}}')));
    const was = active('asset:x', words());
    const world = { active: [was, ...prompts, active('prompt:other', words())] };
    const given = (count: number) => [{ to: change('asset:x@2.0.0', words(count)), previous: was.version }];
    const risk = assess(given(82), { environment: PRODUCTION }, world);
    expect(messages(risk)).toEqual([
      'critical asset:x The text of role system of prompt a changes by 82 % in locale en.',
      'critical asset:x The text of role system of prompt b changes by 82 % in locale en.',
      'medium asset:x The text changes by 82 % in locale en.',
    ]);
    expect(risk).toMatchObject({ level: 'critical', items: ['critical'] });
    expect(assess(given(30), { environment: PRODUCTION }, world).level).toBe('medium');
    expect(codes(assess(given(82), {}, world))).toEqual(Array(3).fill('medium text_changed asset:x'));
  });

  it('through an asset that changes little itself, and once where two change', () => {
    const [outer, inner] = [active('asset:outer', '{{asset:in@1.0.0}}'), active('asset:inner', 'Yours')];
    const pinned = [version('asset:in', words()), version('asset:in@2.0.0', words(50))];
    const world = { active: [outer, inner, active('prompt:p', chat('{{asset:outer}} {{asset:inner}}'))], pinned };
    const given = [
      { to: change('asset:outer@2.0.0', '{{asset:in@2.0.0}}'), previous: outer.version },
      { to: change('asset:inner@2.0.0', 'Sincerely'), previous: inner.version },
    ];
    expect(messages(assess(given, { environment: PRODUCTION }, world))).toEqual([
      'critical asset:outer The text of role system of prompt p changes by 51 % in locale en.',
      'medium asset:inner The text changes by 100 % in locale en.',
    ]);
  });

  it('names ten prompts at most, and counts the others', () => {
    const prompts = Array.from({ length: 13 }, (_, at) => active(`prompt:d${at}`, '{{asset:x}}'));
    const was = active('asset:x', words());
    const risk = assess(
      [{ to: change('asset:x@2.0.0', words(82)), previous: was.version }],
      {},
      { active: [was, ...prompts] },
    );
    const told = messages(risk).filter((message) => message.includes('prompt'));
    expect(told).toHaveLength(11);
    expect(told.at(-1)).toBe('medium asset:x So does the text of 3 more prompts, by more than 30 %.');
  });

  it('a variant: the one that is brought, and one that is there already', () => {
    const pinned = [version('asset:x', words()), version('asset:x@2.0.0', words(60))];
    const [own, beside] = [
      version('prompt:p', chat('{{asset:x@1.0.0}}')),
      version('prompt:p@1.1.0', chat('{{asset:x@2.0.0}}')),
    ];
    const was = { ...active('prompt:p'), version: own };
    const to = { ...change('prompt:p'), version: own, experiment: experiment(90, [beside, 10]) };
    expect(messages(assess([{ to, previous: own }], { environment: PRODUCTION }, { pinned, active: [was] }))).toEqual([
      'critical prompt:p Variant 1.1.0: The text of role system changes by 60 % in locale en.',
    ]);
    const asset = active('asset:y', words());
    const untagged = version('prompt:q@1.1.0', chat('{{asset:y}}'));
    const split = { ...active('prompt:q', chat('Hello')), experiment: experiment(90, [untagged, 10]) };
    const given = [{ to: change('asset:y@2.0.0', words(60)), previous: asset.version }];
    expect(messages(assess(given, { environment: PRODUCTION }, { active: [asset, split] }))).toEqual([
      'critical asset:y The text of role system of variant 1.1.0 of prompt q changes by 60 % in locale en.',
      'medium asset:y The text changes by 60 % in locale en.',
    ]);
    // One that stays a variant is served with something else, too.
    const kept = change('prompt:q', chat('Hello'));
    const both = [
      ...given,
      { to: { ...kept, experiment: split.experiment }, previous: split.version, previousVariants: [untagged] },
    ];
    expect(codes(assess(both, { environment: PRODUCTION }, { active: [asset, split] }))).toContain(
      'critical system_message_changed prompt:q',
    );
  });

  it('comes to an end, however much changes', () => {
    const text = (seed: number) => Array.from({ length: 10_000 }, (_, at) => `w${(at * seed) % 9973}`).join(' ');
    const was = active('asset:x', text(7));
    const prompts = Array.from({ length: 500 }, (_, at) => active(`prompt:p${at}`, chat(`${at} {{asset:x}} ${at}`)));
    const given = [{ to: change('asset:x@2.0.0', text(11)), previous: was.version }];
    const risk = assess(given, { environment: PRODUCTION }, { active: [was, ...prompts] });
    expect(messages(risk).filter((message) => message.startsWith('critical'))).toHaveLength(11);
  });

  it('is not compared where nothing is served', () => {
    const to = change('prompt:p', chat('{{asset:x@1.0.0}}'));
    expect(assess([{ to }], { environment: PRODUCTION }, { pinned: [version('asset:x', words())] }).level).toBe(
      'medium',
    );
  });
});

describe('assessRisk: as a whole', () => {
  it('gives every change its own level', () => {
    const risk = assess([
      { to: change('prompt:a') },
      { to: change('prompt:b', SECRET) },
      { to: change('prompt:c', words(40)), previous: version('prompt:c', words()) },
    ]);
    expect(risk).toMatchObject({ level: 'critical', items: ['low', 'critical', 'medium'] });
  });

  it('may be declared higher, never lower', () => {
    const to = change('prompt:p', CARD);
    expect(assess([{ to }], { declared: 'low' })).toEqual(assess([{ to }]));
    expect(assess([{ to }], { declared: 'high' })).toEqual(assess([{ to }]));
    const raised = assess([{ to }], { declared: 'critical' });
    expect(raised).toMatchObject({ level: 'critical', items: ['high'] });
    expect(codes(raised)).toEqual(['high personal_data prompt:p', 'critical declared null']);
  });

  const text = fc.constantFrom(
    '',
    words(),
    words(30),
    words(31),
    words(90),
    SECRET,
    CARD,
    '{{a}}',
    '{{#a}}{{b}}{{/a}}',
  );
  const sample = fc.record({ text, translations: fc.dictionary(fc.constantFrom('fr', 'de'), text, { maxKeys: 2 }) });
  const given = fc.record({
    to: sample,
    removed: fc.boolean(),
    previous: fc.option(sample),
    everActiveInProduction: fc.boolean(),
    dependants: fc.nat(12),
  });
  const scenario = fc.record({
    given: fc.array(given, { maxLength: 5 }).map((list) =>
      list.map(({ to, removed, previous, ...rest }, at): Given => ({
        ...rest,
        to: removed ? removal(`prompt:p${at}`) : change(`prompt:p${at}@2.0.0`, to),
        previous: previous && version(`prompt:p${at}`, previous),
      })),
    ),
    environment: fc.constantFrom(DEVELOPMENT, STAGING, PRODUCTION),
    declared: fc.constantFrom(undefined, ...RISK_LEVELS),
  });
  const rank = (level: (typeof RISK_LEVELS)[number]) => RISK_LEVELS.indexOf(level);

  it('is never below what is declared, nor below any change, nor below any reason; and has a reason above low', () => {
    fc.assert(
      fc.property(scenario, ({ given: changes, environment, declared }) => {
        const risk = assess(changes, { environment, ...(declared === undefined ? {} : { declared }) });
        const levels = [...risk.items, ...risk.reasons.map(({ level }) => level), declared ?? 'low'];
        expect(rank(risk.level)).toBe(Math.max(...levels.map(rank)));
        expect(risk.items).toHaveLength(changes.length);
        if (risk.level !== 'low') expect(risk.reasons.map(({ level }) => level)).toContain(risk.level);
      }),
      { numRuns: 1000 },
    );
  });

  it('never falls when a change is added', () => {
    fc.assert(
      fc.property(scenario, fc.nat(5), ({ given: changes, environment }, keep) => {
        const [some, all] = [assess(changes.slice(0, keep), { environment }), assess(changes, { environment })];
        expect(rank(all.level)).toBeGreaterThanOrEqual(rank(some.level));
        expect(all.items.slice(0, keep)).toEqual(some.items);
      }),
      { numRuns: 1000 },
    );
  });
});
