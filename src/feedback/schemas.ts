import { z } from '@hono/zod-openapi';
import { SubjectSchema } from '../deployments/public-http.ts';
import { EnvironmentNameSchema } from '../environments/public-http.ts';
import { idPattern } from '../kernel/ids.ts';
import { NAME_MAX } from '../kernel/names.ts';
import { timestamp } from '../kernel/time.ts';
import { PageQuery, pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import type { About } from './domain.ts';
import type { FeedbackRow } from './table.ts';

const COMMENT_MAX = 2000;

const ExecutionIdSchema = z
  .string()
  .regex(idPattern('execution'), 'must be the id of an execution')
  .openapi({ example: 'exe_01jd3z8v4q6r0s2t4v6w8y0a2c' });
const PromptRefSchema = z.string().min(1).max(NAME_MAX).describe('Name or id');

const SERVED = ['subject', 'prompt', 'environment'] as const;

export const CreateFeedbackSchema = z
  .strictObject({
    executionId: ExecutionIdSchema.optional().describe('What it is about: this execution'),
    subject: SubjectSchema.optional(),
    prompt: PromptRefSchema.optional(),
    environment: EnvironmentNameSchema.optional(),
    score: z.number().min(0).max(1).describe('0 is the worst, 1 the best'),
    comment: z
      .string()
      .trim()
      .min(1)
      .max(COMMENT_MAX)
      .optional()
      .describe('Kept as the tenant’s executions’ inputs are: not at all, masked, or whole'),
  })
  .check(({ value, issues }) => {
    const isRun = value.executionId !== undefined;
    for (const field of SERVED) {
      if ((value[field] === undefined) === isRun) continue;
      const message = isRun
        ? 'is known from the execution: leave it out'
        : 'must be given, with the two others, where no executionId is';
      issues.push({ code: 'custom', path: [field], message, input: value });
    }
  })
  .openapi('CreateFeedback', {
    description: 'About an execution, or about what a subject is served of a prompt in an environment at this moment',
    example: { subject: 'user-4711', prompt: 'support/greeting', environment: 'production', score: 1 },
  });

/** What a body that was found valid is about. */
export const aboutOf = ({ executionId, subject, prompt, environment }: z.output<typeof CreateFeedbackSchema>): About =>
  executionId === undefined
    ? { subject: subject ?? '', prompt: prompt ?? '', environment: environment ?? '' }
    : { executionId };

export const FeedbackSchema = z
  .object({
    id: z.string().openapi({ example: 'fbk_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    executionId: z.string().nullable(),
    prompt: z.string(),
    promptId: z.string(),
    environment: z.string().nullable(),
    tag: z.string(),
    versionId: z.string(),
    variant: z.string().nullable().describe('The tag that was chosen for the subject; null: nothing was'),
    score: z.number(),
    comment: z.string().nullable(),
    createdBy: z.string(),
    createdAt: TimestampSchema,
  })
  .openapi('Feedback');

export const FeedbackPageSchema = pageOf(FeedbackSchema).openapi('FeedbackPage');

export const ListFeedbackQuery = PageQuery.extend({
  prompt: PromptRefSchema.optional(),
  environment: EnvironmentNameSchema.optional(),
  execution: ExecutionIdSchema.optional(),
  variant: z.string().min(1).max(100).optional().describe('A tag'),
});

export function presentFeedback(row: FeedbackRow): z.input<typeof FeedbackSchema> {
  const { id, executionId, prompt, promptId, environment, tag, versionId, variant, score, comment, createdBy } = row;
  return {
    id,
    executionId,
    prompt,
    promptId,
    environment,
    tag,
    versionId,
    variant,
    score,
    comment,
    createdBy,
    createdAt: timestamp(row.createdAt),
  };
}
