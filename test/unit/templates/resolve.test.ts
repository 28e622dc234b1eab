import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseTemplate, resolveIncludes } from '../../../src/templates/public.ts';
import type { Lookup, ResolveOptions } from '../../../src/templates/public.ts';

/** Items by name; an item's key is its type and name. */
function lookupIn(items: Record<string, string>): Lookup {
  return ({ type, name }) => {
    const text = items[name];
    if (text === undefined) return { ok: false, code: 'include_unresolved', message: `There is no ${type} ${name}.` };
    return { ok: true, key: name, text };
  };
}

function resolve(text: string, items: Record<string, string>, options: Partial<ResolveOptions> = {}) {
  return resolveIncludes(text, lookupIn(items), { root: 'root', ...options });
}

/** A chain of items: c1 includes c2 includes … cN. */
function chain(length: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length }, (_, index) => [`c${index + 1}`, index + 1 === length ? 'end' : `{{asset:c${index + 2}}}`]),
  );
}

describe('resolveIncludes', () => {
  it('splices texts in, with their variables, at every level', () => {
    expect(resolve('A {{asset:x}} {{ prompt:y }}!', { x: '[{{name}} {{{asset:y}}}]', y: '{{#s}}y{{/s}}' })).toEqual({
      ok: true,
      text: 'A [{{name}} {{#s}}y{{/s}}] {{#s}}y{{/s}}!',
      included: ['y', 'x'],
    });
  });

  it('works inside sections and inverted sections', () => {
    expect(resolve('{{#s}}{{asset:x}}{{/s}}{{^s}}{{&asset:x}}{{/s}}', { x: 'X' })).toMatchObject({
      text: '{{#s}}X{{/s}}{{^s}}X{{/s}}',
    });
  });

  it('leaves comments alone', () => {
    expect(resolve('{{! {{asset:x}} a', { x: 'X' })).toMatchObject({ ok: true, text: '{{! {{asset:x}} a' });
  });

  it('does not read what texts hold as patterns', () => {
    expect(resolve('{{asset:x}}', { x: '$& $1 $$' })).toMatchObject({ text: '$& $1 $$' });
  });

  it('tells the lookup where it is', () => {
    const chains: string[][] = [];
    resolveIncludes('{{asset:c1}}', (include, keys) => (chains.push([...keys]), lookupIn(chain(2))(include, keys)), {
      root: 'r',
    });
    expect(chains).toEqual([['r'], ['r', 'c1']]);
  });

  it('allows five includes deep, and no sixth', () => {
    expect(resolve('{{asset:c1}}', chain(5))).toMatchObject({ ok: true, text: 'end' });
    expect(resolve('{{asset:c1}}', chain(6))).toMatchObject({
      ok: false,
      findings: [
        { code: 'include_too_deep', path: ['root', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6'], position: { offset: 0 } },
      ],
    });
    expect(resolve('{{asset:c1}}', chain(90))).toMatchObject({ findings: [{ code: 'include_too_deep' }] });
    expect(resolve('{{asset:c1}}', chain(5000))).toMatchObject({ findings: [{ code: 'include_too_deep' }] });
  });

  it('finds what is too deep by one way only, whichever way comes first', () => {
    const items = { ...chain(4), d: '{{asset:e}}', e: '{{asset:c1}}' };
    const late = resolve('{{asset:c1}}{{asset:d}}', items);
    expect(late).toMatchObject({
      findings: [{ code: 'include_too_deep', path: ['root', 'd', 'e', 'c1', 'c2', 'c3', 'c4'] }],
    });
    expect(resolve('{{asset:d}}{{asset:c1}}', items)).toMatchObject({ findings: [{ code: 'include_too_deep' }] });
  });

  it('reports depth where the lookup knows no further', () => {
    const items = { ...chain(5), c5: '{{asset:unknown}}' };
    expect(resolve('{{asset:c1}}', items)).toMatchObject({
      findings: [{ code: 'include_too_deep', path: ['root', 'c1', 'c2', 'c3', 'c4', 'c5'] }],
    });
  });

  it.each([
    ['itself', '{{prompt:root}}', {}, ['root', 'root']],
    ['through another', '{{asset:a}}', { a: 'x {{prompt:root}}' }, ['root', 'a', 'root']],
    ['further down', '{{asset:a}}', { a: '{{asset:b}}', b: '{{asset:a}}' }, ['root', 'a', 'b', 'a']],
  ])('refuses a cycle: %s', (_, text, items, path) => {
    expect(resolve(text, { root: text, ...items })).toMatchObject({
      ok: false,
      findings: [{ code: 'include_cycle', path }],
    });
  });

  it('takes two names of one key for the same item', () => {
    const lookup: Lookup = ({ tag }) => ({ ok: true, key: 'a@1.0.0', text: tag === null ? 'x' : '{{asset:a}}' });
    expect(resolveIncludes('{{asset:a@1.0.0}}', lookup, { root: 'r' })).toMatchObject({
      findings: [{ code: 'include_cycle', path: ['r', 'a@1.0.0', 'a@1.0.0'] }],
    });
  });

  it('does not take a diamond for a cycle', () => {
    expect(resolve('{{asset:a}}{{asset:b}}', { a: '{{asset:c}}', b: '{{asset:c}}', c: 'c' })).toMatchObject({
      ok: true,
      text: 'cc',
    });
  });

  it('looks at each item of a wide diamond once', () => {
    let lookups = 0;
    const lookup: Lookup = ({ name }) => {
      lookups += 1;
      const level = Number(name);
      return { ok: true, key: name, text: level === 5 ? 'x' : `{{asset:${level + 1}}}`.repeat(10) };
    };
    const result = resolveIncludes('{{asset:1}}'.repeat(10), lookup, { root: '0' });
    expect(result).toMatchObject({ ok: true, text: 'x'.repeat(100_000), included: ['5', '4', '3', '2', '1'] });
    expect(lookups).toBe(50);
  });

  it('stops before it builds what is too large', () => {
    const items = Object.fromEntries(
      Array.from({ length: 5 }, (_, level) => [`${level}`, `{{asset:${level + 1}}}`.repeat(1000)]),
    );
    expect(resolve('{{asset:0}}', { ...items, 5: 'é' }, { maxDepth: 6 })).toMatchObject({
      findings: [
        {
          code: 'too_large',
          path: ['root'],
          message: `With its includes the text would be ${2 * 1000 ** 5} bytes long; 1048576 are allowed.`,
          position: null,
        },
      ],
    });
  });

  it('counts UTF-8 bytes, up to the limit and not beyond', () => {
    const text = 'aé漢😀';
    expect(resolve('{{asset:x}}', { x: text }, { maxBytes: 10 })).toMatchObject({ ok: true, text });
    expect(resolve('{{asset:x}}', { x: text }, { maxBytes: 9 })).toMatchObject({ findings: [{ code: 'too_large' }] });
  });

  it('reports everything, each in its own text', () => {
    const items = { bad: 'line\n{{#open}}', deep: 'x {{asset:gone}}', partial: '{{>p}}' };
    const result = resolve('{{asset:bad}}\n{{asset:deep}}{{asset:deep}}{{prompt:none}}{{asset:partial}}', items);
    if (result.ok) throw new Error('accepted');
    expect(result.findings.map(({ code, path, position }) => [code, path, position?.line, position?.column])).toEqual([
      ['template_syntax', ['root', 'bad'], 2, 1],
      ['include_unresolved', ['root', 'deep'], 1, 3],
      ['include_unresolved', ['root'], 2, 29],
      ['unsupported_tag', ['root', 'partial'], 1, 1],
    ]);
  });

  it('passes the code of the lookup on, and is bounded', () => {
    const lookup: Lookup = () => ({ ok: false, code: 'not_active', message: 'Not active.' });
    const result = resolveIncludes('{{asset:x}}'.repeat(500), lookup, { root: 'r' });
    if (result.ok) throw new Error('accepted');
    expect(result.findings).toHaveLength(100);
    expect(result.findings[0]).toMatchObject({ code: 'not_active', message: 'Not active.', path: ['r'] });
  });

  it('refuses texts whose braces would join to a tag', () => {
    expect(resolve('{{asset:x}}{{name}}', { x: 'a {' })).toMatchObject({
      findings: [{ code: 'template_syntax', position: { offset: 11 } }],
    });
    expect(resolve('{{asset:x}}{{asset:none}}{{asset:x}}', { x: '{', none: '' })).toMatchObject({
      findings: [{ code: 'template_syntax' }],
    });
    expect(resolve('{{asset:x}} {{name}}', { x: 'a {' })).toMatchObject({ ok: true });
  });

  it('refuses sections that nest too deep only together', () => {
    const nest = (inner: string) => '{{#a}}'.repeat(60) + inner + '{{/a}}'.repeat(60);
    expect(resolve(nest('{{asset:x}}'), { x: nest('') })).toMatchObject({
      findings: [{ code: 'template_syntax', position: { offset: 360 } }],
    });
  });
});

describe('resolveIncludes on random graphs', () => {
  const size = 8;
  const edges = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 });
  const textFor = (node: number, targets: number[]) =>
    `(${node}${targets.map((target) => ` {{asset:${target}}}`).join('')} {{v${node}}})`;
  const graph = (pairs: [number, number][]) =>
    Object.fromEntries(
      Array.from({ length: size }, (_, node) => [
        `${node}`,
        textFor(
          node,
          pairs.filter(([from]) => from === node).map(([, to]) => to),
        ),
      ]),
    );

  it('equals naive substitution where there is no cycle', () => {
    const naive = (text: string, items: Record<string, string>): string =>
      text.replace(/\{\{asset:(\d+)\}\}/g, (_, name: string) => naive(items[name] ?? '', items));
    fc.assert(
      fc.property(edges, (pairs) => {
        const items = graph(
          pairs.map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]).filter(([a, b]) => a !== b),
        );
        const root = items['0'] ?? '';
        const result = resolveIncludes(root, lookupIn(items), { root: '0', maxDepth: size });
        expect(result).toMatchObject({ ok: true, text: naive(root, items) });
        if (result.ok) expect(parseTemplate(result.text)).toMatchObject({ ok: true, template: { includes: [] } });
      }),
    );
  });

  it('reports a cycle exactly where the root reaches one', () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        const targets = (node: number) => pairs.filter(([from]) => from === node).map(([, to]) => to);
        const reachesCycle = (node: number, path: number[]): boolean =>
          path.includes(node) || targets(node).some((target) => reachesCycle(target, [...path, node]));
        const items = graph(pairs);
        const result = resolveIncludes(items['0'] ?? '', lookupIn(items), { root: '0' });
        const cycles = result.ok ? [] : result.findings.filter(({ code }) => code === 'include_cycle');
        expect(cycles.length > 0).toBe(reachesCycle(0, []));
        for (const { path } of cycles) expect(path.indexOf(path.at(-1) ?? '')).toBeLessThan(path.length - 1);
      }),
    );
  });
});
