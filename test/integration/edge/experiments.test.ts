import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../../src/deployments/public.ts';
import { activate, application, type Application, pathOf, tierOf } from './fixtures.ts';

/** The three roads to an answer: the router (an Origin takes it), the express without it, and memory at once. */
const ROADS = [{ origin: 'https://elsewhere.example' }, {}, {}] as Record<string, string>[];
const TAGS = ['1.0.0', '1.1.0', '1.2.0'];

const variant = (tag: string, part: object = {}): NonNullable<Bundle['experiment']>['variants'][number] => ({
  tag,
  versionId: `ver_${tag}`,
  locale: 'en',
  locales: { en: { text: `${tag} for {{who}}` } },
  variables: [{ name: 'who', type: 'string' }],
  model: { temperature: 1 },
  contentHash: tag.replaceAll('.', '').repeat(20).slice(0, 64),
  weight: 30,
  ...part,
});

const experiment = { weight: 40, variants: [variant('1.1.0'), variant('1.2.0')] };

/** What the subjects of one application are served, by the tag. */
async function subjects(app: Application, name: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let i = 0; Object.keys(found).length < TAGS.length && i < 200; i++) {
    const { body } = await app.send('POST', '/v1/edge/production/batch', { names: [name], subject: `user-${i}` });
    found[body.data[0].variant] ??= `user-${i}`;
  }
  expect(Object.keys(found).toSorted()).toEqual(TAGS);
  return found;
}

describe('a subject', () => {
  it('is served one version, the same on every road, in a batch, and rendered', async () => {
    const app = await application();
    const bundle = await activate(app.tenantId, 'a', { experiment });
    for (const [tag, subject] of Object.entries(await subjects(app, 'a'))) {
      const expected = tag === '1.0.0' ? bundle : { ...bundle, ...experiment.variants.find((one) => one.tag === tag) };
      const text = 'text' in (expected.locales['en'] ?? {}) ? (expected.locales['en'] as { text: string }).text : '';
      const told = {
        name: 'a',
        environment: 'production',
        tag,
        variant: tag,
        versionId: expected.versionId,
        kind: 'text',
        locale: 'en',
        fallback: false,
        model: expected.model,
        deploymentId: bundle.deploymentId,
        generation: bundle.generation,
        contentHash: expected.contentHash,
      };
      for (const road of ROADS) {
        const { status, body } = await app.send('GET', `${pathOf('a')}?subject=${subject}`, undefined, road);
        expect([status, body]).toEqual([200, { ...told, text, variables: expected.variables }]);
        const wish = { variables: { who: 'Ada' }, subject };
        const rendered = await app.send('POST', '/v1/edge/production/render/a', wish, road);
        expect(rendered.body).toEqual({ ...told, text: text.replace('{{who}}', 'Ada') });
      }
      const { body } = await app.send('POST', '/v1/edge/production/batch', { names: ['a'], subject });
      expect(body.data).toEqual([{ ...told, text, variables: expected.variables }]);
    }
  });

  it('that is not named is served the own version, and no variant', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    await subjects(app, 'a');
    for (const road of ROADS) {
      const { body } = await app.send('GET', pathOf('a'), undefined, road);
      expect(body).toMatchObject({ tag: '1.0.0', variant: null });
      const rendered = await app.send('POST', '/v1/edge/production/render/a', { variables: { who: 'Ada' } }, road);
      expect(rendered.body).toMatchObject({ tag: '1.0.0', variant: null });
    }
  });

  it('is served what there is where nothing is to be chosen', async () => {
    const app = await application();
    await activate(app.tenantId, 'a');
    for (const road of ROADS) {
      const { body } = await app.send('GET', `${pathOf('a')}?subject=ada`, undefined, road);
      expect(body).toMatchObject({ tag: '1.0.0', variant: null });
    }
  });

  it('has another draw in each prompt of a batch, and the same in each tenant', async () => {
    const [app, other] = [await application(), await application()];
    const names = Array.from({ length: 20 }, (_, i) => `p/${i}`);
    for (const [i, name] of names.entries()) {
      const promptId = `prm_01jd3z8v4q6r0s2t4v6w8y0${String(i).padStart(3, '0')}`;
      for (const { tenantId } of [app, other])
        await activate(tenantId, name, { promptId, experiment }, { stores: 'kv' });
    }
    const chosen = async (by: Application) =>
      (await by.send('POST', '/v1/edge/production/batch', { names, subject: 'ada' })).body.data.map(
        (one: any) => one.tag,
      );
    const tags = await chosen(app);
    expect(new Set(tags)).toEqual(new Set(TAGS));
    expect(await chosen(other)).toEqual(tags);
  });

  it.each([
    ['an address', 'ada.lovelace+test@example.com'],
    ['what URLs use', 'a&b=c?d#e/f;g:h,i'],
    ['spaces', 'Ada Lovelace '],
    ['other scripts', 'Адa 語 🎭'],
    ['percent signs', '100%25'],
    ['255 characters', 'x'.repeat(255)],
    ['quotes', `"'\\{}`],
  ])('may be %s: the same on every road, however it is written', async (_, subject) => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    const { body } = await app.send('POST', '/v1/edge/production/batch', { names: ['a'], subject });
    const [{ tag }] = body.data;
    const params = new URLSearchParams({ subject }).toString();
    for (const query of [
      `subject=${encodeURIComponent(subject)}`,
      params,
      `locale=en&${params}`,
      `${params}&locale=en`,
    ]) {
      for (const road of ROADS) {
        const fetched = await app.send('GET', `${pathOf('a')}?${query}`, undefined, road);
        expect([fetched.status, fetched.body.variant, fetched.body.locale], query).toEqual([200, tag, 'en']);
      }
    }
    const wish = { variables: { who: 'x' }, subject };
    for (const road of ROADS) {
      expect((await app.send('POST', '/v1/edge/production/render/a', wish, road)).body.variant).toBe(tag);
    }
  });

  it.each([
    ['nothing', ''],
    ['256 characters', 'x'.repeat(256)],
    ['a control character', 'a\nb'],
    ['a character nobody sees', 'a\u200bb'],
  ])('may not be %s', async (_, subject) => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    await app.send('GET', pathOf('a'));
    for (const road of ROADS) {
      const fetched = await app.send('GET', `${pathOf('a')}?subject=${encodeURIComponent(subject)}`, undefined, road);
      expect([fetched.status, fetched.body.errors?.[0].path]).toEqual([400, 'query.subject']);
      const rendered = await app.send('POST', '/v1/edge/production/render/a', { subject }, road);
      expect([rendered.status, rendered.body.errors?.[0].path]).toEqual([400, 'subject']);
    }
    const batch = await app.send('POST', '/v1/edge/production/batch', { names: ['a'], subject });
    expect([batch.status, batch.body.errors?.[0].path]).toEqual([400, 'subject']);
  });

  it('may not be two', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    await app.send('GET', `${pathOf('a')}?subject=x`);
    for (const road of ROADS) {
      expect((await app.send('GET', `${pathOf('a')}?subject=x&subject=y`, undefined, road)).status).toBe(400);
    }
  });

  it('that is written oddly is seen all the same, the second time too', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    const chosen = await subjects(app, 'a');
    await app.send('GET', pathOf('a'));
    for (const [tag, subject] of Object.entries(chosen)) {
      for (const query of [
        `%73ubject=${subject}`,
        `x=1&subject=${subject}`,
        `subject=${subject}&x=1`,
        `subject=${subject}#y`,
      ]) {
        for (const road of ROADS) {
          const { body } = await app.send('GET', `${pathOf('a')}?${query}`, undefined, road);
          expect(body.variant, query).toBe(tag);
        }
      }
    }
  });
});

describe('the pages of an experiment', () => {
  it('are answered from memory for subjects that were never seen', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    await app.send('GET', `${pathOf('a')}?subject=first`);
    const tags = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const answer = await app.send('GET', `${pathOf('a')}?subject=never-seen-${i}`);
      expect([answer.status, tierOf(answer)]).toEqual([200, 'memory']);
      tags.add(answer.body.tag);
    }
    expect(tags).toEqual(new Set(TAGS));
  });

  it('have an entity tag each, which no other version answers to', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { experiment });
    const chosen = await subjects(app, 'a');
    const etags = new Map<string, string>();
    for (const [tag, subject] of [...Object.entries(chosen), ['', '']]) {
      const query = subject === '' ? '' : `?subject=${subject}`;
      etags.set(tag ?? '', (await app.send('GET', `${pathOf('a')}${query}`)).headers.get('etag') ?? '');
    }
    expect(new Set(etags.values()).size).toBe(4);
    for (const [tag, subject] of Object.entries(chosen)) {
      for (const [of, etag] of etags) {
        for (const road of ROADS) {
          const headers = { ...road, 'if-none-match': etag };
          const { status } = await app.send('GET', `${pathOf('a')}?subject=${subject}`, undefined, headers);
          expect([tag, of, status]).toEqual([tag, of, of === tag ? 304 : 200]);
        }
      }
    }
  });

  it('fall back in locales each by itself', async () => {
    const app = await application();
    const locales = { de: { text: 'Hallo {{who}}' }, fr: { text: 'Salut {{who}}' } };
    const beside = { weight: 40, variants: [variant('1.1.0', { locale: 'de', locales }), variant('1.2.0')] };
    await activate(app.tenantId, 'a', { experiment: beside });
    const chosen = await subjects(app, 'a');
    for (const [wanted, expected] of [
      ['fr-CA', { '1.0.0': ['fr', true], '1.1.0': ['fr', true], '1.2.0': ['en', true] }],
      ['fr', { '1.0.0': ['fr', false], '1.1.0': ['fr', false], '1.2.0': ['en', true] }],
      ['de', { '1.0.0': ['en', true], '1.1.0': ['de', false], '1.2.0': ['en', true] }],
    ] as const) {
      for (const [tag, subject] of Object.entries(chosen)) {
        for (const road of ROADS) {
          const path = `${pathOf('a')}?locale=${wanted}&subject=${subject}`;
          const { body } = await app.send('GET', path, undefined, road);
          expect([tag, body.locale, body.fallback]).toEqual([tag, ...expected[tag as '1.0.0']]);
        }
        const wish = { variables: { who: 'x' }, subject, locale: wanted };
        const rendered = await app.send('POST', '/v1/edge/production/render/a', wish);
        expect([tag, rendered.body.locale]).toEqual([tag, expected[tag as '1.0.0'][0]]);
      }
    }
  });

  it('ask for the variables of the version that was chosen', async () => {
    const app = await application();
    const demanding = variant('1.1.0', { variables: [{ name: 'whom', required: true }] });
    await activate(app.tenantId, 'a', { experiment: { weight: 40, variants: [demanding, variant('1.2.0')] } });
    for (const [tag, subject] of Object.entries(await subjects(app, 'a'))) {
      const { status, body } = await app.send('POST', '/v1/edge/production/render/a', {
        variables: { who: 'x' },
        subject,
      });
      expect([tag, status, body.code]).toEqual(
        tag === '1.1.0' ? [tag, 422, 'missing_variables'] : [tag, 200, undefined],
      );
    }
  });

  it('follow what is activated next', async () => {
    const app = await application();
    await activate(app.tenantId, 'a', { generation: 1, experiment });
    const { '1.1.0': subject } = await subjects(app, 'a');
    const path = `${pathOf('a')}?subject=${subject}`;
    expect((await app.send('GET', path)).body.variant).toBe('1.1.0');
    await activate(app.tenantId, 'a', { generation: 2, tag: '2.0.0' });
    expect((await app.send('GET', path, undefined, { 'x-min-generation': '2' })).body).toMatchObject({
      tag: '2.0.0',
      variant: null,
    });
    expect((await app.send('GET', path)).body).toMatchObject({ tag: '2.0.0', variant: null });
  });
});

describe('a bundle whose experiment is malformed', () => {
  it.each([
    ['no weight', { variants: [] }],
    ['no variants', { weight: 1 }],
    ['a variant without texts', { weight: 1, variants: [{ tag: '1.1.0', weight: 1 }] }],
    ['a variant without a weight', { weight: 1, variants: [{ ...variant('1.1.0'), weight: undefined }] }],
  ])('is passed by, for what D1 has: %s', async (_, malformed) => {
    const app = await application();
    await activate(app.tenantId, 'a', { generation: 1 }, { stores: 'd1' });
    await activate(
      app.tenantId,
      'a',
      { generation: 1, tag: '6.6.6', experiment: malformed as never },
      { stores: 'kv' },
    );
    const answer = await app.send('GET', `${pathOf('a')}?subject=ada`);
    expect([answer.status, answer.body.tag, tierOf(answer)]).toEqual([200, '1.0.0', 'd1']);
  });
});
