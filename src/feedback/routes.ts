import { tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { createFeedback } from './commands/create.ts';
import { listPage } from './queries/list.ts';
import {
  aboutOf,
  CreateFeedbackSchema,
  FeedbackPageSchema,
  FeedbackSchema,
  ListFeedbackQuery,
  presentFeedback,
} from './schemas.ts';

const tags = ['Feedback'];

const createFeedbackRoute = tenantRoute({
  method: 'post',
  path: '/v1/feedback',
  operationId: 'createFeedback',
  summary: 'Say how good an answer was',
  description:
    'Name the execution where there was one: what it was of is on its record. Of a subject it is told what is chosen for it at this moment.',
  tags,
  access: 'feedback:write',
  action: 'feedback.create',
  request: { body: { required: true, content: { 'application/json': { schema: CreateFeedbackSchema } } } },
  responses: { 201: { description: 'Kept', content: { 'application/json': { schema: FeedbackSchema } } } },
});

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/feedback',
  operationId: 'listFeedback',
  summary: 'Feedback, newest first',
  tags,
  access: 'analytics:read',
  request: { query: ListFeedbackQuery },
  responses: { 200: { description: 'Feedback', content: { 'application/json': { schema: FeedbackPageSchema } } } },
});

export const feedbackRoutes = tenantRoutes()
  .openapi(createFeedbackRoute, async (c) => {
    const body = c.req.valid('json');
    const { score, comment = null } = body;
    return c.json(
      await createFeedback(c.get('tenant'), { about: aboutOf(body), score, comment }, presentFeedback),
      201,
    );
  })
  .openapi(listRoute, async (c) => c.json(await listPage(c.get('tenant'), c.req.valid('query'), presentFeedback), 200));
