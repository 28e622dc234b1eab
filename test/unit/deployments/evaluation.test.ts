import { describe, expect, it } from 'vitest';
import { evaluationFindings, regressionsOf, type ScoredVersion } from '../../../src/deployments/domain/evaluation.ts';
import type { RequiredEvaluation, VersionScore } from '../../../src/evaluators/public.ts';

const version = (versionId: string, more: Partial<ScoredVersion> = {}): ScoredVersion => ({
  versionId,
  contentHash: `hash ${versionId}`,
  name: 'greeting',
  tag: `1.0.${versionId}`,
  model: null,
  ...more,
});

const scored = (versionId: string, score: number, more: Partial<VersionScore> = {}): VersionScore => ({
  tenantId: 'ten',
  versionId,
  evaluatorId: 'evr',
  evaluator: 'polite',
  evaluatorRevision: 1,
  datasetId: 'dst',
  dataset: 'cases',
  datasetVersion: 1,
  model: 'fast',
  evaluationId: 'evl',
  contentHash: null,
  score,
  n: 10,
  total: 10,
  at: 1,
  ...more,
});

const required: RequiredEvaluation = {
  tenantId: 'ten',
  environmentId: 'env',
  environment: 'production',
  evaluatorId: 'evr',
  evaluator: 'polite',
  evaluatorRevision: 2,
  datasetId: 'dst',
  dataset: 'cases',
  datasetVersion: 5,
  threshold: 0.8,
  createdBy: 'usr',
  createdAt: 1,
};
const good = { evaluatorRevision: 2, datasetVersion: 5 };

describe('a required evaluation', () => {
  const codes = (
    scores: VersionScore[],
    more: Partial<ScoredVersion> = {},
    policy: RequiredEvaluation | null = required,
  ) =>
    evaluationFindings({ required: policy, scores }, 'production', [{ ...version('1', more), path: 'items[0]' }]).map(
      ({ path, code }) => `${path} ${code}`,
    );
  const MISSING = ['items[0] evaluation_missing'];
  const BELOW = ['items[0] evaluation_below_threshold'];

  it('is asked for where one is required, of each version', () => {
    expect(codes([], {}, null)).toEqual([]);
    expect(codes([])).toEqual(MISSING);
    expect(codes([scored('1', 0.8, good)])).toEqual([]);
    expect(codes([scored('1', 0.7999, good)])).toEqual(BELOW);
    expect(codes([scored('2', 1, good)])).toEqual(MISSING);
    const both = [
      { ...version('1'), path: 'items[0]' },
      { ...version('2'), path: 'items[0].variants[0]' },
    ];
    const found = evaluationFindings({ required, scores: [scored('1', 1, good)] }, 'production', both);
    expect(found).toMatchObject([{ path: 'items[0].variants[0]', code: 'evaluation_missing' }]);
  });

  it('is one by the evaluator and on the dataset that are named, as they were then or later', () => {
    expect(codes([scored('1', 1, { ...good, evaluatorId: 'other' })])).toEqual(MISSING);
    expect(codes([scored('1', 1, { ...good, datasetId: 'other' })])).toEqual(MISSING);
    expect(codes([scored('1', 1, { ...good, evaluatorRevision: 1 })])).toEqual(MISSING);
    expect(codes([scored('1', 1, { ...good, datasetVersion: 4 })])).toEqual(MISSING);
    expect(codes([scored('1', 1, { evaluatorRevision: 3, datasetVersion: 6 })])).toEqual([]);
  });

  it('is one on the version’s own model, or on the worst of all where it names none', () => {
    const scores = [scored('1', 0.9, { ...good, model: 'fast' }), scored('1', 0.5, { ...good, model: 'slow' })];
    expect(codes(scores)).toEqual(BELOW);
    expect(codes(scores, { model: { name: 'fast' } })).toEqual([]);
    expect(codes(scores, { model: { model: 'fast' } })).toEqual([]);
    expect(codes(scores, { model: { name: 'slow', model: 'fast' } })).toEqual(BELOW);
    expect(codes(scores, { model: { name: 'third' } })).toEqual(MISSING);
    expect(codes(scores, { model: { temperature: 0 } })).toEqual(BELOW);
  });

  it('is one of what the version says now, where its translations were evaluated', () => {
    expect(codes([scored('1', 1, { ...good, contentHash: 'hash 1' })])).toEqual([]);
    expect(codes([scored('1', 1, { ...good, contentHash: 'hash before' })])).toEqual(MISSING);
    // Another model's score does not stand in for it.
    const on = (model: string, contentHash: string) => scored('1', 1, { ...good, model, contentHash });
    expect(codes([on('fast', 'hash before'), on('slow', 'hash 1')], { model: { name: 'fast' } })).toEqual(MISSING);
  });

  it('counts items without a score as 0', () => {
    expect(codes([scored('1', 1, { ...good, n: 8 })])).toEqual([]);
    expect(codes([scored('1', 1, { ...good, n: 7 })])).toEqual(BELOW);
    expect(codes([scored('1', 1, { ...good, n: 0, total: 0 })])).toEqual(BELOW);
  });

  it('is explained with its numbers', () => {
    const messages = (scores: VersionScore[], more: Partial<ScoredVersion> = {}) =>
      evaluationFindings({ required, scores }, 'production', [{ ...version('1', more), path: 'items[0]' }]).map(
        ({ message }) => message,
      );
    expect(messages([scored('1', 0.75, { ...good, n: 9 })])).toEqual([
      'prompt greeting@1.0.1 scored 0.675 on cases@5 with the model fast (9 of 10 items have a score); production requires 0.8 by polite on cases',
    ]);
    expect(messages([], { model: { name: 'slow' } })).toEqual([
      'prompt greeting@1.0.1 has no score with its model slow; production requires 0.8 by polite on cases. Evaluate it: POST /v1/evaluations',
    ]);
    expect(messages([scored('1', 1, { ...good, contentHash: 'hash before' })])).toEqual([
      'prompt greeting@1.0.1 has a score only from before its translations changed; production requires 0.8 by polite on cases. Evaluate it: POST /v1/evaluations',
    ]);
    expect(messages([scored('1', 1)])).toEqual([
      'prompt greeting@1.0.1 has a score only by an earlier polite or cases; production requires 0.8 by polite on cases, by revision 2 and version 5 or later. Evaluate it: POST /v1/evaluations',
    ]);
  });
});

describe('a regression', () => {
  const of = (scores: VersionScore[], active: ScoredVersion | null = version('1'), next = version('2')) =>
    regressionsOf({ required: null, scores }, next, active);

  it('is a fall of more than 5 % below what is active', () => {
    expect(of([scored('1', 0.8), scored('2', 0.76)])).toEqual([]);
    expect(of([scored('1', 0.8), scored('2', 0.7599)])).toMatchObject([
      { code: 'evaluation_regressed', level: 'high' },
    ]);
    expect(of([scored('1', 0.5), scored('2', 0.9)])).toEqual([]);
    expect(of([scored('1', 0), scored('2', 0)])).toEqual([]);
    expect(of([scored('1', 0.8), scored('2', 0.8, { n: 9 })])).toHaveLength(1);
  });

  it('is none where there is nothing to compare', () => {
    expect(of([scored('2', 0.1)])).toEqual([]);
    expect(of([scored('1', 0.9)])).toEqual([]);
    expect(of([scored('1', 0.9), scored('2', 0.1)], null)).toEqual([]);
    expect(of([scored('1', 0.9), scored('2', 0.1, { evaluatorId: 'other' })])).toEqual([]);
    expect(of([scored('1', 0.9), scored('2', 0.1, { datasetId: 'other' })])).toEqual([]);
    expect(of([scored('1', 0.9)], version('1'), version('1'))).toEqual([]);
    expect(of([scored('1', 0.9), scored('2', 0.1, { contentHash: 'hash before' })])).toEqual([]);
  });

  it('is told with the numbers, the worst first, ten at most', () => {
    const many = Array.from({ length: 12 }, (_, i) => [
      scored('1', 1, { evaluatorId: `e${i}`, evaluator: `e${i}` }),
      scored('2', i / 100, { evaluatorId: `e${i}`, evaluator: `e${i}`, datasetVersion: 2 }),
    ]).flat();
    const found = of(many);
    expect(found).toHaveLength(10);
    expect(found[1]?.message).toBe(
      'By e1 1.0.2 scored 0.01 on cases@2 with the model fast, 99 % below 1.0.1, which is active: 1 on cases@1 with the model fast.',
    );
  });

  it('compares each version on its own model', () => {
    const scores = [
      scored('1', 0.9, { model: 'old' }),
      scored('1', 0.2),
      scored('2', 0.88),
      scored('2', 0.1, { model: 'old' }),
    ];
    expect(of(scores, version('1', { model: { name: 'old' } }), version('2', { model: { name: 'fast' } }))).toEqual([]);
  });
});
