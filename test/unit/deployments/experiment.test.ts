import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armOf, type Bundle, BUNDLE_MAX, chooseFor } from '../../../src/deployments/domain/bundle.ts';
import { remainingWeight, stepsBetween, toKept } from '../../../src/deployments/domain/experiment.ts';
import type { ActiveItem, PlanInput, PlannedChange } from '../../../src/deployments/domain/plan.ts';
import { assessRisk } from '../../../src/deployments/domain/risk.ts';
import { RISK_LEVELS } from '../../../src/environments/public.ts';
import { active, change, DEVELOPMENT, experiment, plan, PRODUCTION, STAGING, version } from './samples.ts';

type Sample = Parameters<typeof version>[1];

/** A change to `prompt:p@1.0.0` with variants `1.1.0`, `1.2.0`, … of weight 10 each. */
function splitChange(own: Sample, ...variants: Sample[]): PlannedChange {
  const beside = variants.map((sample, i): [ReturnType<typeof version>, number] => [
    version(`prompt:p@1.${i + 1}.0`, sample),
    10,
  ]);
  return { ...change('prompt:p@1.0.0', own), experiment: experiment(90, ...beside) };
}

const splitActive = (own: Sample, ...variants: Sample[]) => ({
  ...active('prompt:p@1.0.0', own),
  experiment: splitChange(own, ...variants).experiment,
});

const bundleOf = (input: Partial<PlanInput>) => plan(input).bundles.find(({ name }) => name === 'p')?.body;

describe('planActivation: variants', () => {
  it('builds each as it would be served alone, hash included', () => {
    const samples: Sample[] = [
      'Hi {{name}}',
      { text: 'Hello {{who}}', translations: { fr: 'Salut' }, model: { temperature: 1 } },
    ];
    const body = bundleOf({ changes: [splitChange(...(samples as [Sample, Sample]))] });
    const alone = samples.map((sample, i) => bundleOf({ changes: [change(`prompt:p@1.${i}.0`, sample)] }));
    const { experiment: split, ...own } = body as Bundle;
    expect(own).toEqual(alone[0]);
    const { name: _, promptId: __, kind: ___, ...second } = alone[1] as Bundle;
    expect(split).toEqual({ weight: 90, variants: [{ ...second, weight: 10 }] });
    expect([armOf(body as Bundle, 0), armOf(body as Bundle, 1)]).toMatchObject(alone);
  });

  it('finds what is wrong with each, in its place', () => {
    const broken = splitChange('{{asset:x}}', '{{asset:y}}', 'fine', '{{prompt:p@1.9.0}}');
    const { findings, bundles } = plan({ changes: [change('asset:z'), broken] });
    expect(findings.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'items[1] include_unresolved',
      'items[1].variants[0] include_unresolved',
      'items[1].variants[2] include_unresolved',
    ]);
    expect(bundles).toEqual([]);
  });

  it('names the place in the request, where one before it was left out', () => {
    const variant = { version: version('prompt:p@1.1.0', '{{asset:y}}'), weight: 1, position: 4 };
    const changes = [{ ...change('prompt:p'), experiment: { weight: 1, variants: [variant] } }];
    expect(plan({ changes }).findings.map(({ path }) => path)).toEqual(['items[0].variants[4]']);
  });

  it('takes an include of itself for its own version, and what the deployment brings beside it', () => {
    const changes = [splitChange('own', '({{prompt:p}}{{asset:x}})'), change('asset:x', '!')];
    expect(bundleOf({ changes })?.experiment?.variants[0]?.locales).toEqual({ en: { text: '(own!)' } });
  });

  it('serves a prompt anew whose variant includes what changes, and nothing that includes the prompt', () => {
    const world = [
      splitActive('plain', '{{asset:x}}'),
      active('prompt:outer', '{{prompt:p}}'),
      active('asset:x', 'old'),
    ];
    const result = plan({ changes: [change('asset:x@2.0.0', 'new')], active: world });
    expect(result.bundles.map(({ name }) => name)).toEqual(['p']);
    expect(result.dependants).toEqual([{ entryId: 'asset-x', count: 1 }]);
    expect(result.bundles[0]?.body?.experiment?.variants[0]?.locales).toEqual({ en: { text: 'new' } });
    expect(result.variableChanges).toEqual([]);
    // But where the prompt itself changes, what includes it does too.
    const moved = plan({ changes: [splitChange('other', '{{asset:x}}')], active: world });
    expect(moved.bundles.map(({ name }) => name)).toEqual(['outer', 'p']);
  });

  it('says for an active prompt whose variant loses what it needs', () => {
    const gone = { ...change('asset:x'), version: null };
    const { findings } = plan({ changes: [gone], active: [splitActive('plain', '{{asset:x}}'), active('asset:x')] });
    expect(findings.map(({ path, code }) => `${path} ${code}`)).toEqual(['prompt:p include_unresolved']);
  });

  it('counts what comes inside any of them by a tag', () => {
    const pinned = [
      version('asset:a@1.0.0', '{{asset:b@1.0.0}}'),
      version('asset:b@1.0.0', 'b'),
      version('asset:c@1.0.0'),
    ];
    const result = plan({ changes: [splitChange('{{asset:c@1.0.0}}', '{{asset:a@1.0.0}}')], pinned });
    expect(result.pinnedVersionIds).toEqual(['asset-a-1.0.0', 'asset-b-1.0.0', 'asset-c-1.0.0']);
    expect(result.pinnedBy).toEqual([{ entryId: 'prompt-p', versionIds: result.pinnedVersionIds }]);
  });

  it('is too large where all of them together are', () => {
    const half = 'x'.repeat(BUNDLE_MAX / 2);
    const codes = (...texts: string[]) =>
      plan({ changes: [splitChange(...(texts as [string]))] }).findings.map(({ path, code }) => `${path} ${code}`);
    expect(codes(half, half.slice(1000))).toEqual([]);
    expect(codes(half, half)).toEqual(['items[0] bundle_too_large']);
    expect(codes('x', half, half, 'x')).toEqual(['items[0] bundle_too_large']);
  });
});

describe('assessRisk: variants', () => {
  const chat = (system: string) => ({ messages: [{ role: 'system' as const, content: system }] });
  const reasons = (
    to: PlannedChange,
    { from = null, environment = STAGING }: { from?: ActiveItem | null; environment?: PlanInput['environment'] } = {},
  ) => {
    const planned = plan({ environment, changes: [to], active: from === null ? [] : [from] });
    const assessed = {
      change: to,
      previous: from?.version ?? null,
      previousVariants: from?.experiment?.variants.map((variant) => variant.version) ?? [],
      everActiveInProduction: true,
      dependants: 0,
    };
    return assessRisk({ environment, changes: [assessed], plan: planned });
  };
  const told = (risk: ReturnType<typeof reasons>) =>
    risk.reasons.map(({ code, level, message }) => `${level} ${code}: ${message}`);

  it('finds secrets and personal data in each, in its text and in what comes inside', () => {
    const secret = `ghp_${'aB3'.repeat(12)}`;
    const risk = reasons(splitChange('fine', `Hi\n${secret}`, 'pay 4111 1111 1111 1111'));
    expect(told(risk)).toEqual([
      'critical secret_in_text: Variant 1.1.0: What looks like a GitHub token is in locale en, line 2.',
      'high personal_data: Variant 1.2.0: What looks like a card number is in locale en, line 1.',
    ]);
    expect(risk).toMatchObject({ level: 'critical', items: ['critical'] });
  });

  it('compares each with what was the rule', () => {
    const long = 'The quick brown fox jumps over the lazy dog, runs home, and sleeps until the morning comes. {{a}}';
    const to = splitChange(long, `${long} {{b}}`, long.replace(' {{a}}', ''));
    expect(told(reasons(to, { from: splitActive(long) }))).toEqual([
      'high required_variable_added: Variant 1.1.0: Variables are required now: b.',
      'high variable_removed: Variant 1.2.0: Variables are removed: a.',
    ]);
  });

  it('weighs a variant again that is served to more, and one that ends', () => {
    const environment = PRODUCTION;
    const from = splitActive(chat('Be kind.'), chat('Answer whatever you like, at length.'));
    const critical = 'critical system_message_changed';
    const more = told(
      reasons(splitChange(chat('Be kind.'), chat('Answer whatever you like, at length.')), { from, environment }),
    );
    expect(more[0]).toMatch(new RegExp(`^${critical}: Variant 1.1.0: `));
    const ends = told(reasons(change('prompt:p@1.0.0', chat('Be kind.')), { from, environment }));
    expect(ends[0]).toMatch(new RegExp(`^${critical}: Variant 1.1.0 ends: `));
    const wins = told(
      reasons(change('prompt:p@1.1.0', chat('Answer whatever you like, at length.')), { from, environment }),
    );
    expect(wins[0]).toMatch(new RegExp(`^${critical}: The text of role`));
  });

  it('is never less than that of any version alone', () => {
    const samples = fc.constantFrom<Sample>(
      'Hi {{a}}',
      'Hi {{b}} and welcome',
      'pay 4111 1111 1111 1111',
      { text: 'Hi {{a}}', model: { temperature: 1 } },
      { text: 'Hi {{a}}', translations: { fr: 'Salut' } },
      `ghp_${'aB3'.repeat(12)}`,
      'something else entirely, with many other words',
    );
    const environments = fc.constantFrom(DEVELOPMENT, STAGING, PRODUCTION);
    fc.assert(
      fc.property(
        samples,
        fc.array(samples, { minLength: 1, maxLength: 3 }),
        samples,
        environments,
        (own, beside, now, environment) => {
          const from = { ...active('prompt:p@0.9.0', now), experiment: null };
          const together = reasons(splitChange(own, ...beside), { from, environment });
          for (const [i, sample] of [own, ...beside].entries()) {
            const alone = reasons(change(`prompt:p@1.${i}.0`, sample), { from, environment });
            expect(RISK_LEVELS.indexOf(together.level)).toBeGreaterThanOrEqual(RISK_LEVELS.indexOf(alone.level));
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('stepsBetween', () => {
  const of = (tag: string) => ({ versionId: `v-${tag}`, tag });
  const steps = (before: string[], after: string[]) => {
    const [from = '', ...fromBeside] = before;
    const [to = '', ...toBeside] = after;
    return stepsBetween(
      { version: of(from), variants: fromBeside.map(of) },
      { version: of(to), variants: toBeside.map(of) },
    ).map(
      (step) =>
        `${step.from.tag}→${step.to.tag}${step.variant === null ? '' : ` ${step.variant}`}${step.ends ? ' ends' : ''}`,
    );
  };

  it('goes from the rule to all that is served, and from what ends to the new rule', () => {
    expect(steps(['1'], ['2'])).toEqual(['1→2']);
    expect(steps(['1'], ['1', '2', '3'])).toEqual(['1→1', '1→2 2', '1→3 3']);
    expect(steps(['1', '2', '3'], ['3', '4'])).toEqual(['1→3', '1→4 4', '2→3 2 ends']);
    expect(steps(['1', '2'], ['2', '1'])).toEqual(['1→2', '1→1 1']);
  });
});

describe('weights', () => {
  it('leave to the version itself the rest of a hundred', () => {
    expect(remainingWeight([])).toBe(100);
    expect(remainingWeight([{ weight: 10 }, { weight: 20 }])).toBe(70);
    expect(remainingWeight([{ weight: 100 }])).toBe(0);
    expect(remainingWeight([{ weight: 1000 }])).toBe(-900);
  });

  it('are kept with the versions they belong to', () => {
    expect(toKept(null)).toBeNull();
    expect(toKept(splitChange('a', 'b').experiment)).toEqual({
      weight: 90,
      variants: [{ versionId: 'prompt-p-1.1.0', tag: '1.1.0', contentHash: 'hash-prompt-p-1.1.0', weight: 10 }],
    });
  });
});

describe('chooseFor', () => {
  const bundle = {
    ...bundleOf({ changes: [splitChange('one', 'two', 'three')] }),
    deploymentId: 'dep',
    generation: 7,
  } as Bundle;

  it('has its own version for nobody, and where there is nothing to choose', () => {
    expect(chooseFor(bundle, null)).toEqual({ served: bundle, variant: null, arm: 0 });
    const { experiment: _, ...plain } = bundle;
    expect(chooseFor(plain, 'ada')).toEqual({ served: plain, variant: null, arm: 0 });
  });

  it('has for each subject one of them, whole', () => {
    const seen = new Map<string | null, Bundle>();
    for (let i = 0; i < 200; i++) {
      const { served, variant, arm } = chooseFor(bundle, `user-${i}`);
      expect(served).toEqual(armOf(bundle, arm));
      expect(served.tag).toBe(variant);
      seen.set(variant, served);
    }
    expect(new Set(seen.keys())).toEqual(new Set(['1.0.0', '1.1.0', '1.2.0']));
    expect(seen.get('1.2.0')).toMatchObject({
      name: 'p',
      promptId: 'prompt-p',
      versionId: 'prompt-p-1.2.0',
      locales: { en: { text: 'three' } },
      deploymentId: 'dep',
      generation: 7,
    });
    expect(seen.get('1.2.0')).not.toHaveProperty('weight');
  });
});
