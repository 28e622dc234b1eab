import type { RiskLevel } from '../../environments/public.ts';
import { contentHash } from '../../kernel/canonical-json.ts';
import type { ItemType } from './deployment.ts';
import type { Experiment } from './experiment.ts';

export interface Vote {
  userId: string;
  decision: 'approved' | 'rejected';
  comment: string | null;
  /** What was voted on: {@link boundHash} at that time. */
  boundHash: string;
  /** Milliseconds. */
  createdAt: number;
}

export interface ApprovalInput {
  requesterId: string;
  /** The people who wrote any of the deployment's versions, the pinned ones included, translations or revisions of models. */
  authors: string[];
  boundHash: string;
  required: number;
  votes: Vote[];
  /** Who holds `deployments:approve` now. */
  approvers: ReadonlySet<string>;
}

export interface ApprovalCount {
  /** Whose approval counts. */
  counting: string[];
  /** How many more approvals it takes. */
  missing: number;
  /** Whose approval does not count, and why. */
  discounted: { userId: string; reason: 'requester' | 'author' | 'role_lost' | 'other_contents' }[];
}

/** Counts the approvals that hold now. One vote a person: the last one given. Rejections are not counted, they end it. */
export function countApprovals(input: ApprovalInput): ApprovalCount {
  const lastVotes = new Map<string, Vote>();
  for (const vote of input.votes) {
    const known = lastVotes.get(vote.userId);
    if (known === undefined || known.createdAt <= vote.createdAt) lastVotes.set(vote.userId, vote);
  }
  const counting: string[] = [];
  const discounted: ApprovalCount['discounted'] = [];
  for (const vote of lastVotes.values()) {
    if (vote.decision !== 'approved') continue;
    const reason = discount(vote, input);
    if (reason === null) counting.push(vote.userId);
    else discounted.push({ userId: vote.userId, reason });
  }
  return { counting, missing: Math.max(0, input.required - counting.length), discounted };
}

function discount(vote: Vote, input: ApprovalInput): ApprovalCount['discounted'][number]['reason'] | null {
  const problem = votingProblem(vote.userId, input);
  if (problem !== null) return problem;
  if (!input.approvers.has(vote.userId)) return 'role_lost';
  return vote.boundHash === input.boundHash ? null : 'other_contents';
}

/** Why a person may not vote on a deployment, whatever their role, or null when they may: nobody approves their own work. */
export function votingProblem(
  voter: string,
  input: Pick<ApprovalInput, 'requesterId' | 'authors'>,
): 'requester' | 'author' | null {
  if (voter === input.requesterId) return 'requester';
  return input.authors.includes(voter) ? 'author' : null;
}

export interface BoundContents {
  environment: string;
  riskLevel: RiskLevel;
  items: {
    type: ItemType;
    name: string;
    entryId: string;
    versionId: string | null;
    contentHash: string | null;
    experiment: Experiment | null;
  }[];
  /** The versions that come inside by a tag. */
  pinned: { versionId: string; contentHash: string }[];
}

/** What votes are bound to: target, risk and items with their contents, whatever their order. 64 hexadecimal digits. */
export function boundHash({ environment, riskLevel, items, pinned }: BoundContents): string {
  return contentHash({
    environment,
    riskLevel,
    items: items.map((item) => [...itemOf(item), ...experimentOf(item.experiment)]).toSorted(byText),
    pinned: pinned.map((version) => [version.versionId, version.contentHash]).toSorted(byText),
  });
}

const itemOf = ({ type, name, entryId, versionId, contentHash: hash }: BoundContents['items'][number]) => [
  type,
  name,
  entryId,
  versionId,
  hash,
];

/** Nothing where there is none: such items were hashed before there were any. */
const experimentOf = (experiment: Experiment | null) =>
  experiment === null
    ? []
    : [
        experiment.weight,
        experiment.variants
          .map(({ versionId, contentHash: hash, weight }) => [versionId, hash, weight])
          .toSorted(byText),
      ];

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
