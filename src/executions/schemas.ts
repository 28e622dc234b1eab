import { z } from '@hono/zod-openapi';
import { jsonObject, LocaleSchema, TagRefSchema } from '../content/public-http.ts';
import { SubjectSchema } from '../deployments/public-http.ts';
import { EnvironmentNameSchema } from '../environments/public-http.ts';
import { idPattern } from '../kernel/ids.ts';
import { ModelNameSchema, ParametersSchema } from '../models/public-http.ts';
import { optionalTimestamp, timestamp } from '../kernel/time.ts';
import { PageQuery, pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import type { LimitsUse } from './domain/calls.ts';
import { EXECUTION_STATUSES, RETRIES, STORING, TIMEOUT } from './domain/execution.ts';
import { BUDGET_WARNING, usedShare } from './domain/limits.ts';
import type { ExecutionSettings } from './domain/settings.ts';
import type { ExecutionRow, ListedExecution } from './table.ts';

/** As long as a body may be. */
const VARIABLES_BYTES = 1024 * 1024;
const VARIABLES_MAX = 500;
const METADATA_BYTES = 16 * 1024;

export const PromptParams = z.object({
  prompt: z.string().min(1).max(255).describe('The prompt’s id, or its percent-encoded name'),
});

export const ExecuteQuery = z.object({
  wait: z.enum(['true', 'false']).optional().describe('Answer with the finished execution: 504 after a minute'),
});

export const ExecuteSchema = z
  .strictObject({
    environment: EnvironmentNameSchema.optional().describe('Runs what is active there'),
    subject: SubjectSchema.optional(),
    tag: TagRefSchema.optional().describe('Or runs this version, active or not'),
    locale: LocaleSchema.optional().describe('Exact, then shorter, then the version’s own'),
    variables: jsonObject(VARIABLES_BYTES)
      .refine((values) => Object.keys(values).length <= VARIABLES_MAX, `at most ${VARIABLES_MAX} variables`)
      .openapi({ type: 'object', additionalProperties: true, maxProperties: VARIABLES_MAX })
      .optional(),
    model: ModelNameSchema.optional().describe('A registered model; else the one that the version names'),
    parameters: ParametersSchema.optional().describe('Laid over the version’s settings, which lie over the model’s'),
    metadata: jsonObject(METADATA_BYTES)
      .openapi({ type: 'object', additionalProperties: true })
      .optional()
      .describe('Kept with the execution'),
    cache: z.boolean().optional().describe('Answer from an earlier run of the same; needs temperature 0'),
    retries: z.number().int().min(0).max(RETRIES.most).optional().describe('How often a model is asked again'),
    restartable: z.boolean().optional().describe('Start anew where it breaks off after its first token'),
    timeoutMs: z.number().int().min(TIMEOUT.least).max(TIMEOUT.most).optional(),
  })
  .refine(({ environment, tag }) => (environment === undefined) !== (tag === undefined), {
    path: ['environment'],
    message: 'name an environment or a tag, one of the two',
  })
  .refine(({ subject, environment }) => subject === undefined || environment !== undefined, {
    path: ['subject'],
    message: 'is for what is active in an environment: a tag leaves nothing to choose',
  })
  .openapi('Execute', { example: { tag: '1.1.0', model: 'echo', variables: { customer: 'Ada' } } });

const LinksSchema = z
  .object({
    self: z.string(),
    stream: z.string().describe('WebSocket, with a ticket that opens it once within a minute'),
    events: z.string().describe('Server-Sent Events'),
  })
  .openapi('ExecutionLinks');

export const AcceptedSchema = z
  .object({ id: z.string(), status: z.enum(['queued']), links: LinksSchema })
  .openapi('AcceptedExecution');

const count = z.number().int().nullable();
const json = z.unknown().openapi({ type: ['object', 'null'] });

export const ExecutionSchema = z
  .object({
    id: z.string().openapi({ example: 'exe_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    prompt: z.string(),
    promptId: z.string(),
    tag: z.string(),
    environment: z.string().nullable(),
    variant: z.string().nullable().describe('The tag that was chosen for the subject; null: nothing was'),
    deploymentId: z.string().nullable(),
    model: z.object({ name: z.string(), revision: z.number().int(), provider: z.string(), model: z.string() }),
    locale: z.string(),
    status: z.enum(EXECUTION_STATUSES),
    output: z.string().nullable().optional().describe('Not in lists; null: none yet, or not stored'),
    toolCalls: z
      .array(z.object({ id: z.string(), name: z.string(), arguments: z.string() }))
      .nullable()
      .optional(),
    finishReason: z.string().nullable(),
    usage: z.object({
      inputTokens: count,
      outputTokens: count,
      costMicros: count.describe(
        'Micro-USD, with what attempts that broke off had said by then, by estimate; null: the price or the use is unknown',
      ),
    }),
    latencyMs: count.describe('From acceptance to the end'),
    timeToFirstTokenMs: count,
    attempt: z.number().int(),
    cached: z.boolean().describe('Answered as an earlier run of the same was'),
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }).nullable(),
    variables: json.optional().describe('Not in lists; null: not stored'),
    metadata: json,
    createdBy: z.string(),
    createdAt: TimestampSchema,
    startedAt: TimestampSchema.nullable(),
    finishedAt: TimestampSchema.nullable(),
    links: LinksSchema.optional().describe('Not in lists'),
  })
  .openapi('Execution');

export const ExecutionPageSchema = pageOf(ExecutionSchema).openapi('ExecutionPage');

export const ExecutionParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, pattern: idPattern('execution').source }),
});

export const ListQuery = PageQuery.extend({
  prompt: z.string().min(1).max(255).optional().describe('Name or id'),
  environment: EnvironmentNameSchema.optional(),
  status: z.enum(EXECUTION_STATUSES).optional(),
  from: TimestampSchema.optional(),
  to: TimestampSchema.optional(),
});

const since = z.coerce.number().int().min(0).max(1_000_000_000);

export const StreamQuery = z.object({
  since: since.default(0).describe('The last event seen: what is newer comes').openapi({ example: 0 }),
  ticket: z.string().min(1).max(1000).optional().describe('Of links.stream, instead of a credential'),
});

export const LastEventHeader = z.object({ 'last-event-id': since.optional() });

export function presentListed(row: ListedExecution): z.input<typeof ExecutionSchema> {
  const { id, prompt, promptId, tag, environment, variant, deploymentId, locale, status, finishReason } = row;
  const { inputTokens, outputTokens, costMicros, latencyMs, timeToFirstTokenMs, attempt, cached, error } = row;
  return {
    id,
    prompt,
    promptId,
    tag,
    environment,
    variant,
    deploymentId,
    model: { name: row.modelName, revision: row.modelRevision, provider: row.provider, model: row.model },
    locale,
    status,
    finishReason,
    usage: { inputTokens, outputTokens, costMicros },
    latencyMs,
    timeToFirstTokenMs,
    attempt,
    cached,
    error,
    metadata: row.metadata,
    createdBy: row.createdBy,
    createdAt: timestamp(row.createdAt),
    startedAt: optionalTimestamp(row.startedAt),
    finishedAt: optionalTimestamp(row.finishedAt),
  };
}

export function presentExecution(
  row: ExecutionRow,
  links: z.input<typeof LinksSchema>,
): z.input<typeof ExecutionSchema> {
  const { output, toolCalls, variables } = row;
  return { ...presentListed(row), output, toolCalls, variables, links };
}

const storing = z.enum(STORING);
const budget = z.number().int().min(0).max(1_000_000_000_000).nullable();

const settings = {
  storeInputs: storing.describe('Variables and metadata: not at all, masked, or whole'),
  storeOutputs: storing.describe('Outputs, tool calls and error messages'),
  concurrentExecutions: z.number().int().min(1).max(10_000),
  executionsPerMinute: z.number().int().min(1).max(100_000),
  monthlyCostMicros: budget.describe('Micro-USD in a calendar month (UTC); null: no end'),
  monthlyExecutions: budget.describe('Runs in a calendar month (UTC); null: no end'),
};

export const UpdateSettingsSchema = z
  .strictObject(settings)
  .partial()
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'say what to change')
  .openapi('UpdateExecutionSettings', { example: { storeInputs: 'masked' } });

export const SettingsSchema = z
  .object({
    ...settings,
    use: z.object({
      month: z.string().openapi({ example: '2026-11' }),
      running: z.number().int(),
      executions: z.number().int(),
      costMicros: z.number().int().describe('Of what has ended'),
      reservedMicros: z.number().int().describe('Held back for what is running'),
      share: z.number().nullable().describe('How much of the budget is used: 1 is all of it; null: there is none'),
      warning: z.boolean().describe(`From a share of ${BUDGET_WARNING} on`),
      openCircuits: z.array(z.string()).describe('Providers that are left alone for a while'),
    }),
  })
  .openapi('ExecutionSettings');

export function presentSettings(
  chosen: ExecutionSettings,
  { month, running, executions, costMicros, reservedMicros, circuits }: LimitsUse,
): z.input<typeof SettingsSchema> {
  const { storeInputs, storeOutputs, concurrentExecutions, executionsPerMinute } = chosen;
  const { monthlyCostMicros, monthlyExecutions } = chosen;
  const share = usedShare(chosen, { executions, costMicros: costMicros + reservedMicros });
  const openCircuits = Object.keys(circuits).filter((key) => circuits[key]?.openUntil !== null);
  return {
    storeInputs,
    storeOutputs,
    concurrentExecutions,
    executionsPerMinute,
    monthlyCostMicros,
    monthlyExecutions,
    use: {
      month,
      running,
      executions,
      costMicros,
      reservedMicros,
      share,
      warning: share !== null && share >= BUDGET_WARNING,
      openCircuits,
    },
  };
}
