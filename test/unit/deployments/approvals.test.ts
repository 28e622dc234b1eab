import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boundHash, countApprovals, votingProblem } from '../../../src/deployments/domain/approvals.ts';
import type { Experiment } from '../../../src/deployments/domain/experiment.ts';
import { contentHash } from '../../../src/kernel/canonical-json.ts';
import type { ApprovalInput, BoundContents, Vote } from '../../../src/deployments/domain/approvals.ts';

const vote = (userId: string, rest: Partial<Vote> = {}): Vote => ({
  userId,
  decision: 'approved',
  comment: null,
  boundHash: 'now',
  createdAt: 1,
  ...rest,
});

const count = (rest: Partial<ApprovalInput>) =>
  countApprovals({
    requesterId: 'requester',
    authors: ['author'],
    boundHash: 'now',
    required: 2,
    votes: [],
    approvers: new Set(['requester', 'author', 'ann', 'bob']),
    ...rest,
  });

describe('countApprovals', () => {
  it('counts those who may', () => {
    expect(count({ votes: [vote('ann'), vote('bob')] })).toEqual({
      counting: ['ann', 'bob'],
      missing: 0,
      discounted: [],
    });
  });

  it('says how many are missing, and never less than none', () => {
    expect(count({ required: 0 }).missing).toBe(0);
    expect(count({ required: 2, votes: [vote('ann')] }).missing).toBe(1);
    expect(count({ required: 1, votes: [vote('ann'), vote('bob')] }).missing).toBe(0);
  });

  it.each([
    ['requester', vote('requester')],
    ['author', vote('author')],
    ['role_lost', vote('carol')],
    ['other_contents', vote('ann', { boundHash: 'before' })],
  ])('discounts for %s', (reason, given) => {
    expect(count({ votes: [given] })).toEqual({
      counting: [],
      missing: 2,
      discounted: [{ userId: given.userId, reason }],
    });
  });

  it('says the first reason where there are several', () => {
    const votes = [vote('requester', { boundHash: 'before' })];
    expect(count({ authors: ['requester'], approvers: new Set(), votes }).discounted).toEqual([
      { userId: 'requester', reason: 'requester' },
    ]);
  });

  it('takes one vote a person, the last', () => {
    expect(count({ votes: [vote('ann'), vote('ann', { createdAt: 2 })] }).counting).toEqual(['ann']);
    const changed = [vote('ann', { createdAt: 2, decision: 'rejected' }), vote('ann')];
    expect(count({ votes: changed }).counting).toEqual([]);
  });

  it('never counts what must not count, whatever is thrown at it', () => {
    const user: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const votes = fc.array(
      fc.record({
        userId: user,
        decision: fc.constantFrom('approved' as const, 'rejected' as const),
        comment: fc.constant(null),
        boundHash: fc.constantFrom('now', 'before'),
        createdAt: fc.nat(5),
      }),
    );
    const input = fc.record({
      requesterId: user,
      authors: fc.array(user, { maxLength: 3 }),
      boundHash: fc.constant('now'),
      required: fc.nat(3),
      votes,
      approvers: fc.array(user).map((users) => new Set(users)),
    });
    fc.assert(
      fc.property(input, (given) => {
        const { counting, missing, discounted } = countApprovals(given);
        expect(new Set(counting).size).toBe(counting.length);
        for (const userId of counting) {
          expect(userId).not.toBe(given.requesterId);
          expect(given.authors).not.toContain(userId);
          expect(given.approvers.has(userId)).toBe(true);
          const last = Math.max(...given.votes.filter((each) => each.userId === userId).map((each) => each.createdAt));
          const lasting = given.votes.filter((each) => each.userId === userId && each.createdAt === last);
          expect(lasting.at(-1)).toMatchObject({ decision: 'approved', boundHash: 'now' });
        }
        expect(missing).toBe(Math.max(0, given.required - counting.length));
        expect(discounted.filter(({ userId }) => counting.includes(userId))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('votingProblem', () => {
  it('lets nobody approve their own work', () => {
    const input = { requesterId: 'requester', authors: ['author', 'requester'] };
    expect(votingProblem('requester', input)).toBe('requester');
    expect(votingProblem('author', input)).toBe('author');
    expect(votingProblem('ann', input)).toBeNull();
  });
});

describe('boundHash', () => {
  const item = (name: string) => ({
    type: 'prompt' as const,
    name,
    entryId: `id-${name}`,
    versionId: `v-${name}`,
    contentHash: `h-${name}`,
    experiment: null,
  });
  const variant = (tag: string, weight: number, contentHash = `h-${tag}`) => {
    return { versionId: `v-${tag}`, tag, contentHash, weight };
  };
  const split = (...experiments: Experiment[]) => ({
    ...contents,
    items: [...experiments.map((experiment) => ({ ...item('a'), experiment })), item('b')],
  });
  const contents: BoundContents = {
    environment: 'production',
    riskLevel: 'medium',
    items: [item('a'), item('b')],
    pinned: [
      { versionId: 'p', contentHash: 'hp' },
      { versionId: 'q', contentHash: 'hq' },
    ],
  };

  it('does not depend on order', () => {
    const turned = { ...contents, items: contents.items.toReversed(), pinned: contents.pinned.toReversed() };
    expect(boundHash(turned)).toBe(boundHash(contents));
    expect(boundHash(contents)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is what it was before there were variants', () => {
    // Votes that were cast then are bound to it.
    expect(boundHash(contents)).toBe(
      contentHash({
        environment: 'production',
        riskLevel: 'medium',
        items: [
          ['prompt', 'a', 'id-a', 'v-a', 'h-a'],
          ['prompt', 'b', 'id-b', 'v-b', 'h-b'],
        ],
        pinned: [
          ['p', 'hp'],
          ['q', 'hq'],
        ],
      }),
    );
  });

  it('covers variants, their contents and all weights, whatever their order', () => {
    const hashes = [
      contents,
      split({ weight: 90, variants: [variant('1', 10)] }),
      split({ weight: 89, variants: [variant('1', 10)] }),
      split({ weight: 90, variants: [variant('1', 11)] }),
      split({ weight: 90, variants: [variant('2', 10)] }),
      split({ weight: 90, variants: [variant('1', 10, 'other')] }),
      split({ weight: 90, variants: [variant('1', 10), variant('2', 10)] }),
    ].map(boundHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(boundHash(split({ weight: 90, variants: [variant('2', 10), variant('1', 10)] }))).toBe(hashes.at(-1));
  });

  it.each<[string, Partial<BoundContents>]>([
    ['target', { environment: 'staging' }],
    ['risk', { riskLevel: 'high' }],
    ['an item less', { items: [item('a')] }],
    ['type', { items: [{ ...item('a'), type: 'asset' }, item('b')] }],
    ['name', { items: [{ ...item('a'), name: 'c' }, item('b')] }],
    ['entry', { items: [{ ...item('a'), entryId: 'other' }, item('b')] }],
    ['version', { items: [{ ...item('a'), versionId: null }, item('b')] }],
    ['content', { items: [{ ...item('a'), contentHash: 'other' }, item('b')] }],
    ['a pinned version less', { pinned: [{ versionId: 'p', contentHash: 'hp' }] }],
    [
      'pinned content',
      {
        pinned: [
          { versionId: 'p', contentHash: 'other' },
          { versionId: 'q', contentHash: 'hq' },
        ],
      },
    ],
  ])('changes with %s', (_, other) => {
    expect(boundHash({ ...contents, ...other })).not.toBe(boundHash(contents));
  });
});
