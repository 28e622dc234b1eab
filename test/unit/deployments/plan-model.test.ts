import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { LoadedVersion } from '../../../src/content/public.ts';
import type { ActiveItem, PlanInput, PlannedChange } from '../../../src/deployments/domain/plan.ts';
import { tagsOnly } from '../../../src/deployments/domain/tags-only.ts';
import { pickLocale } from '../../../src/kernel/locale.ts';
import { inferVariables, parseTemplate } from '../../../src/templates/public.ts';
import { active, change, plan, removal, version } from './samples.ts';

// The model: what a label serves, by looking it up again and again, with no thought for time.

type World = Map<string, LoadedVersion>;
const INCLUDE = /\{\{((?:prompt|asset):[^}]+)\}\}/g;

class Broken extends Error {}

function serve(world: World, label: string, locale: string, chain: string[] = []): string {
  const found = world.get(label);
  if (found === undefined || chain.includes(found.versionId) || chain.length > 5) throw new Broken(label);
  const locales = new Map([
    [found.locale, found.content],
    ...found.translations.map((each) => [each.locale, each.content] as const),
  ]);
  const content = locales.get(pickLocale(locale, new Set(locales.keys()), found.locale));
  if (content === undefined || !('text' in content)) throw new Broken(label);
  return content.text.replace(INCLUDE, (_, inner: string) => serve(world, inner, locale, [...chain, found.versionId]));
}

function serveAll(world: World, label: string): Record<string, { text: string }> | null {
  const found = world.get(label);
  if (found === undefined) return null;
  const locales = [found.locale, ...found.translations.map(({ locale }) => locale)];
  return Object.fromEntries(locales.map((locale) => [locale, { text: serve(world, label, locale) }]));
}

function tryServeAll(world: World, label: string): Record<string, { text: string }> | 'broken' | null {
  try {
    return serveAll(world, label);
  } catch (error) {
    if (error instanceof Broken) return 'broken';
    throw error;
  }
}

/** Every label that a version names, in any locale, and on from there. */
function reach(world: World, label: string, reached = new Set<string>()): Set<string> {
  const found = world.get(label);
  const contents = found === undefined ? [] : [found.content, ...found.translations.map(({ content }) => content)];
  for (const content of contents) {
    for (const [, inner = ''] of 'text' in content ? content.text.matchAll(INCLUDE) : []) {
      if (reached.has(inner)) continue;
      reached.add(inner);
      reach(world, inner, reached);
    }
  }
  return reached;
}

function worldOf(active: ActiveItem[], changes: PlannedChange[], pinned: LoadedVersion[]): World {
  const world: World = new Map(pinned.map((each) => [`${each.type}:${each.name}@${each.tag}`, each]));
  for (const { type, name, version } of active) world.set(`${type}:${name}`, version);
  for (const { type, name, version } of changes) {
    if (version === null || version.type === 'model') world.delete(`${type}:${name}`);
    else world.set(`${type}:${name}`, version);
  }
  return world;
}

// Random worlds: few names, so that includes meet, loop and miss.

const LABELS = ['prompt:p', 'prompt:q', 'prompt:r', 'prompt:s', 'asset:a', 'asset:b', 'asset:c', 'asset:d', 'asset:e'];

/** Mostly downwards in the list, so that most worlds are whole. */
const textFor = (at: number) => {
  const below = LABELS.slice(at + 1);
  const include = below.length === 0 ? fc.constant('end') : fc.constantFrom(...below).map((label) => `{{${label}}}`);
  const piece = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('text ', '{{v}} ', '{{#s}}x{{/s}} ', '$& ') },
    { weight: 25, arbitrary: include },
    { weight: 5, arbitrary: include.map((tag) => (tag === 'end' ? tag : tag.replace('}}', '@9.0.0}}'))) },
    { weight: 1, arbitrary: fc.constantFrom(...LABELS).map((label) => `{{${label}}}`) },
  );
  return fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(''));
};

const sampleFor = (at: number) =>
  fc
    .tuple(
      fc.constantFrom('en', 'en', 'fr'),
      fc.dictionary(fc.constantFrom('en', 'fr', 'fr-CA'), textFor(at)),
      textFor(at),
    )
    .map(([locale, { [locale]: _own, ...translations }, text]) => ({ text, locale, translations }));

const input = fc
  .tuple(
    ...LABELS.map((label, at) =>
      fc.record({
        now: fc.option(sampleFor(at), { freq: 12 }),
        next: fc.oneof(
          { weight: 14, arbitrary: fc.constant(undefined) },
          { weight: 5, arbitrary: sampleFor(at) },
          { weight: 1, arbitrary: fc.constant(null) },
        ),
        pin: sampleFor(at),
        label: fc.constant(label),
      }),
    ),
  )
  .map((entries) => ({
    active: entries.flatMap(({ label, now }) => (now === null ? [] : [active(label, now)])),
    changes: entries.flatMap(({ label, next }) =>
      next === undefined ? [] : [next === null ? removal(label) : change(`${label}@2.0.0`, next)],
    ),
    pinned: entries.map(({ label, pin }) => version(`${label}@9.0.0`, pin)),
  }));

const labelOf = ({ type, name }: { type: string; name: string }) => `${type}:${name}`;

describe('planActivation and the model', () => {
  it('agree on what is served, what is served anew, and what is impossible', () => {
    const outcomes = { whole: 0, broken: 0 };
    fc.assert(
      fc.property(input, ({ active, changes, pinned }) => {
        const [before, after] = [worldOf(active, [], pinned), worldOf(active, changes, pinned)];
        const changed = new Set(changes.map(labelOf));
        const affected = LABELS.filter(
          (label) =>
            changed.has(label) || (after.has(label) && [...reach(after, label)].some((each) => changed.has(each))),
        );
        const served = new Map(affected.map((label) => [label, tryServeAll(after, label)]));
        const result = plan({ active, changes, pinned });
        const isBroken = [...served.values()].includes('broken');
        outcomes[isBroken ? 'broken' : 'whole'] += 1;
        expect(result.findings.length > 0).toBe(isBroken);
        const expected = affected.filter((label) => label.startsWith('prompt:') && served.get(label) !== 'broken');
        expect(
          Object.fromEntries(result.bundles.map(({ name, body }) => [`prompt:${name}`, body?.locales ?? null])),
        ).toEqual(Object.fromEntries(expected.map((label) => [label, served.get(label)])));
        // What is left out is served as before.
        for (const label of LABELS.filter((each) => each.startsWith('prompt:') && !affected.includes(each))) {
          expect(tryServeAll(after, label)).toEqual(tryServeAll(before, label));
        }
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(outcomes.whole, outcomes.broken)).toBeGreaterThan(300);
  });

  it('gives the same plan whatever the order of what it is told', () => {
    const shuffled = fc.tuple(input, fc.infiniteStream(fc.nat())).map(([given, numbers]) => {
      const shuffle = <T>(list: T[]): T[] => {
        const keyed = list.map((value) => [numbers.next().value as number, value] as const);
        return keyed.toSorted(([a], [b]) => a - b).map(([, value]) => value);
      };
      const turn = (loaded: LoadedVersion) => ({ ...loaded, translations: shuffle(loaded.translations) });
      const other: Partial<PlanInput> = {
        active: shuffle(given.active.map((item) => ({ ...item, version: turn(item.version) }))),
        changes: shuffle(given.changes),
        pinned: shuffle(given.pinned),
      };
      return [given, other] as const;
    });
    fc.assert(
      fc.property(shuffled, ([given, other]) => {
        const [one, two] = [plan(given), plan({ ...other, changes: given.changes })];
        expect(two).toEqual(one);
        expect(JSON.stringify(two)).toBe(JSON.stringify(one));
        // Positions aside, the order of the changes is no matter either.
        const three = plan(other);
        expect(three.bundles).toEqual(one.bundles);
        expect(three.pinnedVersionIds).toEqual(one.pinnedVersionIds);
        expect(three.findings.length > 0).toBe(one.findings.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('tagsOnly', () => {
  it('keeps every variable and every include', () => {
    const piece = fc.constantFrom(
      '{{a}}',
      '{{{b}}}',
      '{{ {c}}}',
      '{{&d}}',
      '{{#s}}',
      '{{/s}}',
      '{{^s}}',
      '{{! {{ }}',
      '{{asset:x}}',
      '{{{prompt:y@1.0.0}}}',
      ' text ',
      '}',
      '{',
      '\n',
      '{{#t.u}}{{v}}{{/t.u}}',
      '{{.}}',
      '}}',
      '}}}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const [whole, tags] = [parseTemplate(pieces.join('')), parseTemplate(tagsOnly(pieces.join('')))];
        fc.pre(whole.ok);
        expect(tags.ok && inferVariables([tags.template])).toEqual(inferVariables([whole.template]));
        const includes = (parsed: ReturnType<typeof parseTemplate>) =>
          parsed.ok && parsed.template.includes.map(({ type, name, tag }) => ({ type, name, tag }));
        expect(includes(tags)).toEqual(includes(whole));
      }),
      { numRuns: 1500 },
    );
  });
});
