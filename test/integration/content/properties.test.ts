import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nameProblem } from '../../../src/kernel/names.ts';
import { owner, type Person } from '../../support/client.ts';
import { ok } from '../../support/team.ts';

const RUNS = 40;

/** Any text that can be stored; braces would make it a template that may be wrong. */
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 80 })
  .map((value) => value.replaceAll(/[\0{}]/g, '·').toWellFormed())
  .filter((value) => value !== '');

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((value) => nameProblem(value) === null);

const json = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' });

/** Words of scripts that SQLite's tokenizer of Unicode 6.1 knows. */
const word = fc
  .array(fc.constantFrom(...Array.from('abcxyzABCéüßñøŁğ0123456789αβΩжЯ日本語中ก')), { minLength: 1, maxLength: 8 })
  .map((letters) => letters.join(''));

describe('whatever is written', () => {
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    ada = await owner('Ada');
    bob = await owner('Bob');
  });

  it('comes back the same', async () => {
    const used = new Set<string>();
    const body = fc.record({
      name,
      title: fc.option(text, { nil: undefined }),
      text,
      french: fc.option(text, { nil: undefined }),
      changeMessage: fc.option(text, { nil: undefined }),
      model: fc.option(fc.dictionary(fc.string({ unit: 'grapheme' }), json, { maxKeys: 4 }), { nil: undefined }),
      variables: fc.uniqueArray(
        fc.record(
          {
            name: fc.stringMatching(/^[a-zà-ž_][\wà-ž -]{0,20}[\wà-ž]$/),
            required: fc.boolean(),
            default: json,
            description: text,
          },
          { requiredKeys: ['name'] },
        ),
        { selector: (variable) => variable.name, maxLength: 5 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(body, async (given) => {
        fc.pre(!used.has(given.name));
        used.add(given.name);
        // JSON knows no -0.
        const { model, variables } = JSON.parse(JSON.stringify({ model: given.model, variables: given.variables }));
        const translations = given.french === undefined ? [] : [{ locale: 'fr', text: given.french }];
        const version = { text: given.text, changeMessage: given.changeMessage, model, variables, translations };
        const made = await ok(
          ada.send('POST', '/v1/prompts', { name: given.name, kind: 'text', title: given.title, version }),
        );
        const at = `/v1/prompts/${encodeURIComponent(given.name)}`;
        const shown = await ok(ada.send('GET', at));
        expect(shown).toMatchObject({ id: made.id, name: given.name, latest: { tag: '1.0.0' } });
        expect(shown.title).toBe(given.title === undefined || given.title.trim() === '' ? null : given.title);
        const stored = await ok(ada.send('GET', `${at}/versions/latest`));
        expect(stored).toEqual({ ...made.version, warnings: undefined });
        expect(stored.text).toBe(given.text);
        expect(stored.translations.map((translation: any) => translation.text)).toEqual(
          translations.map((one) => one.text),
        );
        expect(stored.variables).toEqual(variables);
        expect(stored.model).toEqual(model ?? null);
        expect(stored.changeMessage).toBe(given.changeMessage ?? null);
        expect(
          (
            await ok(
              ada.send('POST', `${at}/versions/latest/render`, {
                variables: Object.fromEntries(variables.map((one: any) => [one.name, 1])),
              }),
            )
          ).text,
        ).toBe(given.text);
        expect((await bob.send('GET', at)).status).toBe(404);
      }),
      { numRuns: RUNS },
    );
  });

  it('is found by every beginning of every word of its name', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('/', ' ', '-', '.'),
        async (words, between) => {
          const carl = await owner('Carl');
          const called = words.join(between);
          fc.pre(nameProblem(called) === null);
          await ok(carl.send('POST', '/v1/prompts', { name: called, kind: 'text' }));
          const queries = words.flatMap((one) =>
            Array.from(one, (_, index) =>
              Array.from(one)
                .slice(0, index + 1)
                .join(''),
            ),
          );
          for (const q of [...queries, called, words.toReversed().join(' ')]) {
            const { data } = await ok(carl.send('GET', `/v1/prompts?q=${encodeURIComponent(q)}`));
            expect(
              data.map((prompt: any) => prompt.name),
              `${q} in ${called}`,
            ).toEqual([called]);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('pages into the same list, however long the pages are', async () => {
    const all: string[] = [];
    for (let cursor = ''; ;) {
      const page = await ok(ada.send('GET', `/v1/prompts?limit=100${cursor}`));
      all.push(...page.data.map((prompt: any) => prompt.name));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(new Set(all).size).toBe(all.length);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 100 }), async (limit) => {
        const seen: string[] = [];
        for (let cursor = ''; ;) {
          const page = await ok(ada.send('GET', `/v1/prompts?limit=${limit}${cursor}`));
          seen.push(...page.data.map((prompt: any) => prompt.name));
          if (page.nextCursor === null) break;
          cursor = `&cursor=${page.nextCursor}`;
        }
        expect(seen).toEqual(all);
      }),
      { numRuns: 8 },
    );
  });
});
