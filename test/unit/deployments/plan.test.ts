import { describe, expect, it } from 'vitest';

import { BUNDLE_MAX } from '../../../src/deployments/domain/bundle.ts';
import { MAX_AFFECTED, requiredReferences } from '../../../src/deployments/domain/plan.ts';
import { resolveVersion } from '../../../src/deployments/domain/resolve.ts';
import { active, change, plan, removal, version } from './samples.ts';

const chat = (content: string) => ({ messages: [{ role: 'system' as const, content }] });
const textsOf = (result: ReturnType<typeof plan>) =>
  Object.fromEntries(result.bundles.map(({ name, body }) => [name, body && body.locales]));

describe('requiredReferences', () => {
  it('finds every include of every locale once', () => {
    const versions = [
      version('prompt:a', { text: '{{asset:x}} {{asset:x}} {{v}}', translations: { fr: '{{asset:x@1.0.0}}' } }),
      version('prompt:b', chat('{{{ prompt:y/z }}} {{asset:x}}')),
      version('prompt:c', '{{#broken}} {{asset:never}}'),
    ];
    expect(requiredReferences(versions)).toEqual([
      { type: 'asset', name: 'x', tag: null },
      { type: 'asset', name: 'x', tag: '1.0.0' },
      { type: 'prompt', name: 'y/z', tag: null },
    ]);
  });
});

describe('planActivation: bundles', () => {
  it('builds the prompt as it will be served', () => {
    const greeting = change('prompt:greeting@1.2.0', {
      text: 'Hi {{name}}',
      translations: { fr: 'Salut {{name}}' },
      variables: [{ name: 'name', default: 'you' }],
      model: { temperature: 0.2 },
    });
    expect(plan({ changes: [greeting] })).toMatchObject({
      bundles: [
        {
          name: 'greeting',
          promptId: 'prompt-greeting',
          body: {
            name: 'greeting',
            promptId: 'prompt-greeting',
            tag: '1.2.0',
            versionId: 'prompt-greeting-1.2.0',
            kind: 'text',
            locale: 'en',
            locales: { en: { text: 'Hi {{name}}' }, fr: { text: 'Salut {{name}}' } },
            variables: [{ name: 'name', default: 'you' }],
            model: { temperature: 0.2 },
            contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
          },
        },
      ],
      findings: [],
    });
  });

  it('has a hash of what is served and of nothing else', () => {
    const hashOf = (text: string, environment: 'production' | 'staging') =>
      plan({ environment: { name: environment, kind: environment }, changes: [change('prompt:a', text)] }).bundles[0]
        ?.body?.contentHash;
    expect(hashOf('a', 'staging')).toBe(hashOf('a', 'production'));
    expect(hashOf('b', 'staging')).not.toBe(hashOf('a', 'staging'));
  });

  it('prefers what the deployment brings to what is active', () => {
    const result = plan({
      changes: [change('prompt:p', '{{asset:x}}{{asset:y}}'), change('asset:x@2.0.0', 'new')],
      active: [active('asset:x', 'old'), active('asset:y', 'kept')],
    });
    expect(textsOf(result)).toEqual({ p: { en: { text: 'newkept' } } });
  });

  it('resolves includes in the locale, with its fallback', () => {
    const result = plan({
      changes: [
        change('prompt:p', {
          text: 'en:{{asset:x}}',
          translations: { 'fr-CA': 'ca:{{asset:x}}', de: 'de:{{asset:x}}' },
        }),
      ],
      active: [active('asset:x', { text: 'own', locale: 'es', translations: { fr: 'fr', en: 'en' } })],
    });
    expect(textsOf(result)).toEqual({
      p: { en: { text: 'en:en' }, 'fr-CA': { text: 'ca:fr' }, de: { text: 'de:own' } },
    });
  });

  it('asks for the locale of the bundle all the way down', () => {
    const result = plan({
      changes: [change('prompt:p', { text: '{{asset:x}}', translations: { fr: '{{asset:x}}' } })],
      active: [active('asset:x', '{{asset:y}}'), active('asset:y', { text: 'en', translations: { fr: 'fr' } })],
    });
    expect(textsOf(result)).toEqual({ p: { en: { text: 'en' }, fr: { text: 'fr' } } });
  });

  it('resolves every message of a chat', () => {
    const messages = [
      { role: 'system' as const, content: 'S {{asset:x}}' },
      { role: 'user' as const, content: 'U {{asset:x}}' },
    ];
    const result = plan({ changes: [change('prompt:p', { messages })], active: [active('asset:x', 'x')] });
    expect(textsOf(result)).toEqual({
      p: {
        en: {
          messages: [
            { role: 'system', content: 'S x' },
            { role: 'user', content: 'U x' },
          ],
        },
      },
    });
  });

  it('takes a tag at its word', () => {
    const result = plan({
      changes: [change('prompt:p', '{{asset:x@1.0.0}} {{asset:x}}')],
      active: [active('asset:x@2.0.0', 'two')],
      pinned: [version('asset:x@1.0.0', 'one')],
    });
    expect(textsOf(result)).toEqual({ p: { en: { text: 'one two' } } });
  });

  it('rebuilds every active prompt that reaches a change without a tag', () => {
    const result = plan({
      changes: [change('asset:x@2.0.0', 'new')],
      active: [
        active('asset:x', 'old'),
        active('prompt:direct', '{{asset:x}}'),
        active('prompt:through', '{{asset:y}}'),
        active('asset:y', '({{asset:x}})'),
        active('prompt:pinned', '{{asset:x@1.0.0}}'),
        active('prompt:behind-pinned', '{{asset:z@1.0.0}}'),
        active('prompt:apart', 'nothing'),
        active('prompt:translated', { text: 'en', translations: { fr: '{{asset:x}}' } }),
      ],
      pinned: [version('asset:x', 'old'), version('asset:z', '[{{asset:x}}]')],
    });
    expect(textsOf(result)).toEqual({
      'behind-pinned': { en: { text: '[new]' } },
      direct: { en: { text: 'new' } },
      through: { en: { text: '(new)' } },
      translated: { en: { text: 'en' }, fr: { text: 'new' } },
    });
    expect(result.findings).toEqual([]);
    expect(result.dependants).toEqual([{ entryId: 'asset-x', count: 5 }]);
  });

  it('serves a diamond', () => {
    const result = plan({
      changes: [change('asset:bottom', 'b')],
      active: [
        active('prompt:top', '{{asset:l}}{{asset:r}}'),
        active('asset:l', '{{asset:bottom}}'),
        active('asset:r', '{{asset:bottom}}'),
      ],
    });
    expect(textsOf(result)).toEqual({ top: { en: { text: 'bb' } } });
  });

  it('takes a prompt away', () => {
    expect(plan({ changes: [removal('prompt:p')], active: [active('prompt:p', 'p')] }).bundles).toEqual([
      { name: 'p', promptId: 'prompt-p', body: null },
    ]);
  });

  it('takes the old name away from what is active by a new one', () => {
    const renamed = { ...change('prompt:new', 'text'), entryId: 'prompt-old' };
    const result = plan({ changes: [renamed], active: [active('prompt:old', 'text')] });
    expect(textsOf(result)).toEqual({ new: { en: { text: 'text' } }, old: null });
  });

  it('has no bundle for assets and models', () => {
    const model = { type: 'model', entryId: 'mdl', name: 'gpt', version: null, experiment: null } as const;
    expect(plan({ changes: [change('asset:x', 'x'), model], active: [active('asset:x', 'x')] }).bundles).toEqual([]);
  });
});

describe('planActivation: variables', () => {
  const variablesOf = (text: string, declared: { name: string }[], included: Parameters<typeof active>[1]) =>
    plan({ changes: [change('prompt:p', { text, variables: declared })], active: [active('asset:x', included)] })
      .bundles[0]?.body?.variables;

  it('adds those of what is included; the declaration of the prompt wins', () => {
    const own = { name: 'a', default: 'own' };
    const included = {
      text: '{{a}}{{b}}',
      variables: [
        { name: 'a', required: true },
        { name: 'b', type: 'number' as const },
      ],
    };
    expect(variablesOf('{{a}}{{asset:x}}', [own], included)).toEqual([own, { name: 'b', type: 'number' }]);
  });

  it('adds those that are used and not declared, required where the text cannot do without', () => {
    expect(variablesOf('{{a}}{{#s}}{{asset:x}}{{/s}}', [], '{{b}}')).toEqual([
      { name: 'a', required: true },
      { name: 's', required: false },
      { name: 'b', required: false },
    ]);
  });

  it('tells what callers must do differently', () => {
    const result = plan({
      changes: [change('prompt:p@2.0.0', '{{kept}}{{asset:y}}')],
      active: [
        active('prompt:p', '{{kept}}{{gone}}{{asset:x}}'),
        active('asset:x', '{{x}}'),
        active('asset:y', '{{y}}'),
      ],
    });
    expect(result.variableChanges).toEqual([
      { entryId: 'prompt-p', from: 'prompt-p-1.0.0', to: 'prompt-p-2.0.0', removed: ['gone', 'x'], required: ['y'] },
    ]);
  });

  it('does not tell what it cannot know: what is active now includes something that it was not told of', () => {
    const result = plan({
      changes: [change('prompt:p@2.0.0', '{{y}}')],
      active: [active('prompt:p', '{{asset:not-told}}')],
    });
    expect(result).toMatchObject({ variableChanges: [], findings: [] });
  });
});

describe('planActivation: pins', () => {
  it('says which pinned versions come inside which entry, through pinned ones too', () => {
    const result = plan({
      changes: [change('prompt:p', '{{asset:x@1.0.0}}{{asset:active}}')],
      active: [active('asset:active', '{{asset:z@1.0.0}}')],
      pinned: [
        version('asset:x', '{{asset:y@1.0.0}}'),
        version('asset:y', 'y'),
        version('asset:z', 'z'),
        version('asset:unused', ''),
      ],
    });
    expect(result.pinnedVersionIds).toEqual(['asset-x-1.0.0', 'asset-y-1.0.0']);
    expect(result.pinnedBy).toEqual([
      { entryId: 'asset-active', versionIds: ['asset-z-1.0.0'] },
      { entryId: 'prompt-p', versionIds: ['asset-x-1.0.0', 'asset-y-1.0.0'] },
    ]);
  });
});

describe('planActivation: findings', () => {
  const codesOf = (result: ReturnType<typeof plan>) => result.findings.map(({ path, code }) => `${path} ${code}`);

  it('an include that resolves nowhere, with the chain to it', () => {
    const result = plan({
      changes: [change('prompt:a', 'a'), change('prompt:p', '{{asset:x}}')],
      active: [active('asset:x', '\n{{asset:gone}}')],
    });
    expect(result.findings).toEqual([
      {
        path: 'items[1]',
        code: 'include_unresolved',
        message:
          'asset:gone is neither active in production nor part of this deployment. Deploy it too, or include it with a tag. (prompt:p@1.0.0 → asset:x@1.0.0, line 2, locale en)',
      },
    ]);
  });

  it('a tag that does not exist', () => {
    const result = plan({ changes: [change('prompt:p', '{{asset:x@2.0.0}}')], active: [active('asset:x', 'x')] });
    expect(result.findings).toMatchObject([{ path: 'items[0]', code: 'include_unresolved' }]);
    expect(result.findings[0]?.message).toContain('asset:x@2.0.0 does not exist.');
  });

  it('one that is unresolved in a translation only', () => {
    const result = plan({ changes: [change('prompt:p', { text: 'en', translations: { fr: '{{asset:x}}' } })] });
    expect(result.findings[0]?.message).toContain('locale fr');
  });

  it('taking away what others include, naming them', () => {
    const result = plan({
      changes: [change('prompt:a', 'a'), removal('asset:x')],
      active: [active('asset:x', 'x'), active('asset:y', '{{asset:x}}'), active('prompt:p', '{{asset:y}}')],
    });
    expect(codesOf(result)).toEqual(['asset:y include_unresolved']);
    expect(result.findings[0]?.message).toContain('asset:x is no longer active after items[1]');
    expect(result.findings[0]?.message).toContain('asset:y@1.0.0');
  });

  it('a chat', () => {
    const result = plan({ changes: [change('prompt:p', '{{prompt:c}}')], active: [active('prompt:c', chat('c'))] });
    expect(codesOf(result)).toEqual(['items[0] include_kind']);
  });

  it('a text prompt is no chat', () => {
    const result = plan({ changes: [change('prompt:p', '{{prompt:c}}')], active: [active('prompt:c', 'c')] });
    expect(textsOf(result)).toEqual({ p: { en: { text: 'c' } } });
  });

  it('a cycle, through what is active and what changes together, once', () => {
    const result = plan({
      changes: [change('asset:a', '{{asset:b}}')],
      active: [active('asset:a', 'harmless'), active('asset:b', '{{asset:a}}'), active('prompt:p', '{{asset:b}}')],
    });
    expect(codesOf(result)).toEqual(['items[0] include_cycle']);
    expect(result.findings[0]?.message).toContain('asset:a@1.0.0 → asset:b@1.0.0 → asset:a@1.0.0');
  });

  it('a version that includes itself, and one that includes another version of itself', () => {
    expect(codesOf(plan({ changes: [change('asset:a', '{{asset:a}}')] }))).toEqual(['items[0] include_cycle']);
    const pinned = [version('asset:a@1.0.0', 'one')];
    expect(codesOf(plan({ changes: [change('asset:a@2.0.0', '{{asset:a@1.0.0}}')], pinned }))).toEqual([]);
  });

  it('a cycle by way of a pinned version', () => {
    const result = plan({
      changes: [change('asset:a@2.0.0', '{{asset:b@1.0.0}}')],
      pinned: [version('asset:b', '{{asset:a}}')],
    });
    expect(codesOf(result)).toEqual(['items[0] include_cycle']);
  });

  it('a cycle that is there in one locale only', () => {
    const result = plan({
      changes: [change('asset:a', { text: '{{asset:b}}', translations: { fr: '{{asset:b}}' } })],
      active: [active('asset:b', { text: 'b', translations: { fr: '{{asset:a}}' } })],
    });
    expect(codesOf(result)).toEqual(['items[0] include_cycle']);
  });

  const chain = (length: number) =>
    Array.from({ length }, (_, at) => active(`asset:c${at + 1}`, at + 1 === length ? 'end' : `{{asset:c${at + 2}}}`));

  it('five includes deep are fine, six are not', () => {
    const p = change('prompt:p', '{{asset:c1}}');
    expect(textsOf(plan({ changes: [p], active: chain(5) }))).toEqual({ p: { en: { text: 'end' } } });
    expect(codesOf(plan({ changes: [p], active: chain(6) }))).toEqual(['items[0] include_too_deep']);
  });

  it('an active prompt that becomes too deep by a change below it', () => {
    const result = plan({
      changes: [change('asset:c5', '{{asset:new}}'), change('asset:new', 'n')],
      active: [active('prompt:p', '{{asset:c1}}'), ...chain(5)],
    });
    expect(codesOf(result)).toEqual(['prompt:p include_too_deep']);
  });

  it('a bundle of just the largest size, and one byte more', () => {
    const sized = (size: number) => plan({ changes: [change('prompt:p', 'x'.repeat(size))] });
    const overhead = BUNDLE_MAX - 1000;
    const { contentHash, ...served } = sized(overhead).bundles[0]?.body ?? { contentHash: '' };
    expect(contentHash).not.toBe('');
    const most = overhead + BUNDLE_MAX - JSON.stringify(served).length;
    expect(sized(most).findings).toEqual([]);
    expect(codesOf(sized(most + 1))).toEqual(['items[0] bundle_too_large']);
  });

  it('a bundle that grows too large by what it includes, over all locales', () => {
    const big = active('asset:x', 'x'.repeat(BUNDLE_MAX / 3));
    const translations = Object.fromEntries(['fr', 'de', 'es', 'it'].map((locale) => [locale, '{{asset:x}}']));
    const result = plan({ changes: [change('prompt:p', { text: '{{asset:x}}', translations })], active: [big] });
    expect(codesOf(result)).toEqual(['items[0] bundle_too_large']);
  });

  it('a bundle that is far too large is not put together first', () => {
    const asset = version('asset:x', 'x'.repeat(1_000_000));
    const messages = Array.from({ length: 100 }, () => ({ role: 'user' as const, content: '{{asset:x}}' }));
    const versions = new Map([['asset:x|', asset]]);
    const resolved = resolveVersion({ versions, explain: () => '' }, version('prompt:p', { messages }));
    expect(resolved.bytes).toBe(1_000_000);
    expect(resolved.problems.map(({ code }) => code)).toEqual(['bundle_too_large']);
  });

  it('too much text for one isolate', () => {
    const dependants = Array.from({ length: 40 }, (_, at) => active(`prompt:p${at}`, '{{asset:x}}'));
    const result = plan({ changes: [change('asset:x', 'x'.repeat(1_000_000))], active: dependants });
    expect(codesOf(result)).toEqual(['items bundles_too_large']);
  });

  it('as many affected prompts as are allowed, and one more', () => {
    const dependants = Array.from({ length: MAX_AFFECTED + 1 }, (_, at) => active(`prompt:p${at}`, '{{asset:x}}'));
    const changes = [change('asset:x', 'x')];
    expect(plan({ changes, active: dependants.slice(1) }).bundles).toHaveLength(MAX_AFFECTED);
    expect(plan({ changes, active: dependants })).toMatchObject({
      bundles: [],
      findings: [{ path: 'items', code: 'too_many_dependants' }],
    });
  });

  it('the same item twice', () => {
    const result = plan({ changes: [change('prompt:p', 'one'), change('prompt:p@2.0.0', 'two')] });
    expect(codesOf(result)).toEqual(['items[1] duplicate_item']);
    expect(textsOf(result)).toEqual({ p: { en: { text: 'one' } } });
  });

  it('two entries of one name', () => {
    const other = { ...active('prompt:p', 'other'), entryId: 'prompt-other' };
    expect(codesOf(plan({ changes: [change('prompt:p', 'p')], active: [other] }))).toEqual(['items[0] name_taken']);
  });

  it('no more than a hundred', () => {
    const changes = Array.from({ length: 150 }, (_, at) => change(`prompt:p${at}`, '{{asset:gone}}'));
    expect(plan({ changes }).findings).toHaveLength(100);
  });

  it('braces that would meet', () => {
    const result = plan({
      changes: [change('prompt:p', 'a{{{asset:x}}}b')],
      active: [active('asset:x', '{'), active('asset:y', '')],
    });
    expect(result.findings).toEqual([]);
    expect(
      codesOf(plan({ changes: [change('prompt:p', '{{asset:x}}{ b')], active: [active('asset:x', '{')] })),
    ).toEqual(['items[0] template_syntax']);
  });
});

describe('planActivation: time', () => {
  it('plans 20 items with 500 dependants of 10 KiB', () => {
    const words = `${'A sentence of some words, as they stand in prompts. '.repeat(16)}{{name}}\n`.repeat(12);
    const changes = Array.from({ length: 20 }, (_, at) => change(`asset:x${at}@2.0.0`, words));
    const dependants = Array.from({ length: 500 }, (_, at) => active(`prompt:p${at}`, `${words}{{asset:x${at % 20}}}`));
    const start = performance.now();
    const result = plan({
      changes,
      active: [...dependants, ...Array.from({ length: 20 }, (_, at) => active(`asset:x${at}`, words))],
    });
    // oxlint-disable-next-line no-console -- measured, not asserted: other machines have other clocks
    console.log(`planned ${result.bundles.length} bundles in ${(performance.now() - start).toFixed(0)} ms`);
    expect(result.bundles).toHaveLength(500);
    expect(result.findings).toEqual([]);
  });
});
