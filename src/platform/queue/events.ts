import { z } from 'zod';

/*
 * What is told on through queues: the shape of each message by its type, checked where it is received. Producers import types
 * alone from here, so that zod is not loaded for them. A shape may gain optional fields; any other change is a new `v`.
 * No texts of prompts, inputs or outputs, and no secrets: a message that fails is shown to the tenant's admins.
 */

const id = z.string().min(1).max(100);
const name = z.string().min(1).max(255);
const tag = z.string().min(1).max(128);
/** Milliseconds since the epoch. */
const time = z.int().nonnegative();
const count = z.int().nonnegative();

const DeploymentMoved = z.object({
  deploymentId: id,
  environment: name,
  status: z.enum(['pending', 'approved', 'deploying', 'deployed', 'rolled_back', 'rejected', 'cancelled', 'failed']),
  /** The environment's, which was taken by this move; null: none was. */
  generation: count.nullable(),
  rollbackOf: id.nullable(),
  /** Who moved it: a user, an API key, or `footlight`. */
  movedBy: id,
});

const ExecutionEnded = z.object({
  executionId: id,
  status: z.enum(['completed', 'failed', 'cancelled']),
  promptId: id,
  prompt: name,
  tag,
  versionId: id,
  /** Null: a version was named, not what is active. */
  environment: name.nullable(),
  /** The tag that an experiment chose; null: there was none. */
  variant: tag.nullable(),
  /** A user or an API key, and the person who answers for it. */
  createdBy: id,
  personId: id.nullable(),
  createdAt: time,
  finishedAt: time,
  cached: z.boolean(),
  model: z.object({ name, revision: count, provider: name, model: z.string().min(1).max(500) }),
  usage: z.object({ inputTokens: count.nullable(), outputTokens: count.nullable(), costMicros: count.nullable() }),
  latencyMs: z.number().nonnegative().nullable(),
  timeToFirstTokenMs: z.number().nonnegative().nullable(),
  errorCode: z.string().max(100).nullable(),
});

const EvaluationMoved = z.object({
  evaluationId: id,
  promptId: id,
  prompt: name,
  dataset: name,
  done: count,
  failed: count,
  total: count,
  costMicros: count.nullable(),
  reason: z.string().max(1000).nullable(),
});

/** What is gathered where it happens: ./gather.ts. */
const USED = {
  /** Of the two, the one that used it. */
  personId: id.nullable(),
  apiKeyId: id.nullable(),
  /** How often; where only some are recorded, how many they stand for. */
  count: z.int().positive(),
};

/** What happened: for whoever counts it. They go to the queue EVENTS. */
const EVENTS = {
  'user.registered': z.object({ userId: id }),
  'tenant.created': z.object({ createdBy: id }),
  'prompt.created': z.object({ promptId: id, prompt: name, kind: z.enum(['text', 'chat']), createdBy: id }),
  /** Seen through the API, so many times in a moment, counted in one isolate. */
  'prompt.viewed': z.object({ from: time, promptId: id, prompt: name, ...USED }),
  /** `entryId` and `name` are the prompt's or the asset's. */
  'version.created': z.object({
    type: z.enum(['prompt', 'asset']),
    entryId: id,
    name,
    versionId: id,
    tag,
    number: count,
    createdBy: id,
  }),
  'deployment.pending': DeploymentMoved,
  'deployment.approved': DeploymentMoved,
  'deployment.deploying': DeploymentMoved,
  'deployment.deployed': DeploymentMoved,
  'deployment.rolled_back': DeploymentMoved,
  'deployment.rejected': DeploymentMoved,
  'deployment.cancelled': DeploymentMoved,
  'deployment.failed': DeploymentMoved,
  'execution.completed': ExecutionEnded,
  'execution.failed': ExecutionEnded,
  'execution.cancelled': ExecutionEnded,
  /** How much of the month's budget is used, 0 to 1 and more. */
  'budget.warning': z.object({ usedShare: z.number().nonnegative() }),
  /** What the edge gave out in a moment, counted in one isolate. */
  'edge.fetched': z.object({
    from: time,
    cells: z
      .array(
        z.object({
          kind: z.enum(['fetch', 'render']),
          environment: name,
          promptId: id,
          prompt: name,
          tag,
          versionId: id,
          variant: tag.nullable(),
          ...USED,
        }),
      )
      .min(1)
      .max(1000),
  }),
  'evaluation.created': EvaluationMoved,
  'evaluation.completed': EvaluationMoved,
  'evaluation.paused': EvaluationMoved,
  'evaluation.resumed': EvaluationMoved,
  'evaluation.cancelled': EvaluationMoved,
  'feedback.created': z.object({
    feedbackId: id,
    promptId: id,
    prompt: name,
    environment: name.nullable(),
    tag: tag.nullable(),
    variant: tag.nullable(),
    score: z.number().min(0).max(1),
    executionId: id.nullable(),
    createdBy: id,
  }),
} as const;

/** What is to be done: for whoever does it. They go to the queue EVALUATIONS_QUEUE. */
const TASKS = {
  /** Makes the next results of an evaluation: so many are made, up to those of this item. */
  'evaluation.fan_out': z.object({ evaluationId: id, made: count, after: id.nullable() }),
  /** Runs and scores one result. `epoch`: how often the evaluation had been set going when it was sent. */
  'evaluation.item': z.object({ evaluationId: id, seq: count, epoch: count }),
} as const;

type Bodies<S extends Record<string, z.ZodType>> = { readonly [T in keyof S]: z.infer<S[T]> };
export type EventBodies = Bodies<typeof EVENTS>;
export type TaskBodies = Bodies<typeof TASKS>;
export type MessageBodies = EventBodies & TaskBodies;

type Message<B, T extends keyof B = keyof B> = {
  readonly [K in T]: {
    readonly v: 1;
    /** Of the event itself: a repetition, by whomever, has the same. */
    readonly id: string;
    readonly tenantId: string;
    readonly type: K;
    /** When it was told, in milliseconds since the epoch. */
    readonly at: number;
    readonly body: B[K];
  };
}[T];

export type EventMessage<T extends keyof EventBodies = keyof EventBodies> = Message<EventBodies, T>;
export type TaskMessage<T extends keyof TaskBodies = keyof TaskBodies> = Message<TaskBodies, T>;

const Envelope = z.object({
  v: z.int().positive(),
  id: z.string().regex(/^out_[0-9a-hjkmnp-tv-z]{26}$/),
  tenantId: z.string().regex(/^ten_[0-9a-hjkmnp-tv-z]{26}$/),
  type: z.string().min(1).max(100),
  at: time,
  body: z.unknown(),
});

export type Envelope = z.infer<typeof Envelope>;

/** A message that is not as its type should be: told by where, never by what stands there. */
export class MalformedMessage extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'MalformedMessage';
  }
}

/** Whose a message is and of which type, whatever it says; null: not even that can be told. */
export function readEnvelope(raw: unknown): Envelope | null {
  const { success, data } = Envelope.safeParse(raw);
  return success ? data : null;
}

/** @throws MalformedMessage */
export const parseEvent = (raw: unknown): EventMessage => parse(EVENTS, raw) as EventMessage;

/** @throws MalformedMessage */
export const parseTask = (raw: unknown): TaskMessage => parse(TASKS, raw) as TaskMessage;

function parse(schemas: Readonly<Record<string, z.ZodType>>, raw: unknown): Envelope {
  const envelope = readEnvelope(raw);
  if (envelope === null) throw new MalformedMessage('It is no message of ours.');
  const schema = Object.hasOwn(schemas, envelope.type) ? schemas[envelope.type] : undefined;
  if (schema === undefined || envelope.v !== 1) {
    throw new MalformedMessage(`Nobody here knows ${envelope.type}, version ${envelope.v}.`);
  }
  const { success, data, error } = schema.safeParse(envelope.body);
  if (success) return { ...envelope, body: data };
  const [issue] = error.issues;
  throw new MalformedMessage(`body.${issue?.path.join('.')} is not as ${envelope.type} has it (${issue?.code}).`);
}
