import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idBody, idFromBody, type IdKind, idPattern, idsFrom, isId, newId } from '../../../src/kernel/ids.ts';

const PREFIXES: Record<IdKind, string> = {
  user: 'usr',
  tenant: 'ten',
  session: 'ses',
  invitation: 'inv',
  apiKey: 'key',
  prompt: 'prm',
  asset: 'ast',
  version: 'ver',
  model: 'mdl',
  modelRevision: 'mrv',
  environment: 'env',
  deployment: 'dep',
  execution: 'exe',
  auditEvent: 'evt',
  outboxEvent: 'out',
  dataset: 'dst',
  datasetItem: 'dsi',
  evaluator: 'evr',
  evaluation: 'evl',
  feedback: 'fbk',
  request: 'req',
};
const KINDS = Object.keys(PREFIXES) as IdKind[];
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('ids', () => {
  it('sort by the time of their making', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        fc.pre(a < b);
        expect(newId('prompt', a) < newId('prompt', b)).toBe(true);
        expect(newId('prompt', a) < idsFrom('prompt', b)).toBe(true);
        expect(idsFrom('prompt', b) < newId('prompt', b)).toBe(true);
      }),
    );
    expect(newId('prompt', 0)).toMatch(/^prm_0{10}/);
    expect(newId('prompt', 2 ** 48 - 1)).toMatch(/^prm_7z{9}/);
  });

  it('are what their kind says and nothing else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.constantFrom(...KINDS), time, (kind, other, now) => {
        const id = newId(kind, now);
        expect(id.startsWith(`${PREFIXES[kind]}_`)).toBe(true);
        expect(id).toMatch(idPattern(kind));
        expect(isId(kind, id)).toBe(true);
        expect(isId(other, id)).toBe(kind === other);
        expect(idFromBody(kind, idBody(id))).toBe(id);
      }),
    );
  });

  it('do not come twice', () => {
    const ids = Array.from({ length: 10_000 }, () => newId('request', 1_800_000_000_000));
    expect(new Set(ids).size).toBe(10_000);
  });

  it('are told from what only looks like them', () => {
    const body = idBody(newId('prompt', 1));
    for (const text of [
      '',
      'prm',
      'prm_',
      body,
      `prm_${body}x`,
      `prm_${body.slice(1)}`,
      `prm_${body.toUpperCase()}Z`,
      `prm_${'u'.repeat(26)}`,
      ` prm_${body}`,
      `prm_${body}\n`,
    ]) {
      expect(isId('prompt', text), text).toBe(false);
      expect(idPattern('prompt').test(text), text).toBe(false);
    }
    for (const text of ['', 'x', `${body}0`, 'l'.repeat(26), `${body.slice(0, 25)}\n`])
      expect(idFromBody('prompt', text)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isId('prompt', text)).toBe(false);
        expect(idFromBody('prompt', text)).toBeNull();
      }),
    );
  });
});
