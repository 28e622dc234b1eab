import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AUDIT_ACTIONS, type AuditAction } from '../../../src/kernel/audit-actions.ts';
import { roleAllows, ROLES } from '../../../src/kernel/permissions.ts';
import { counted, ended } from '../../support/analytics.ts';
import { type Belongings, furnish, pathsOf } from '../../support/belongings.ts';
import { type Answer, send } from '../../support/client.ts';
import { addItems, CSV, dataset, importFile, JSONL } from '../../support/datasets.ts';
import { expectProblem } from '../../support/problems.ts';
import { secret } from '../../support/secrets.ts';
import { exampleOf, filled, operations, permissionsOf } from '../../support/surface.ts';
import { apiKey, item, member, move, ok, prompt, release, request } from '../../support/team.ts';
import { d1, rowsOf, sendWith, tablesWhere } from '../../support/workbench.ts';

/** Its row is written before it is answered. */
const keyed = () => ({ 'idempotency-key': crypto.randomUUID() });

/** Reads that are asked for with a body. */
const READS = new Set(['renderPromptVersion', 'renderActivePrompt', 'fetchActivePrompts']);
const writes = operations.filter(({ method, operationId }) => method !== 'GET' && !READS.has(operationId));

type Made = Record<string, string>;
type Events = readonly [AuditAction, ...AuditAction[]];

interface Write {
  /** What it is about, made beforehand. */
  prepare?: (team: Belongings, label: string) => Promise<Made>;
  run: (team: Belongings, made: Made) => Promise<Answer>;
  /** What is on record after it, in order. */
  events: Events;
}

const email = (label: string): string => `${label}@write.example`;
const password = 'correct horse battery';

const own = async ({ people }: Belongings, label: string): Promise<Made> => {
  const { id } = await prompt(people.owner, `own/${label}`, 'Hello {{who}}', {
    translations: [{ locale: 'fr', text: 'Bonjour {{who}}' }],
  });
  return { path: `/v1/prompts/${id}` };
};

const ownAsset = async ({ people }: Belongings, label: string): Promise<Made> => {
  const version = { text: 'Ours', translations: [{ locale: 'fr', text: 'Le nôtre' }] };
  const { id } = await ok(people.owner.send('POST', '/v1/assets', { key: `own/${label}`, locale: 'en', version }));
  return { path: `/v1/assets/${id}` };
};

const ownModel = async ({ people }: Belongings, label: string): Promise<Made> => {
  const { id } = await ok(
    people.owner.send('POST', '/v1/models', { name: `own/${label}`, provider: 'mock', model: 'words' }),
  );
  return { path: `/v1/models/${id}` };
};

const ownDataset = async ({ people }: Belongings, label: string): Promise<Made> => {
  const { id } = await dataset(people.owner, `own/${label}`);
  const { ids } = await ok(addItems(people.owner, id, [{ input: { a: 'b' } }]));
  return { id, path: `/v1/datasets/${id}`, item: `/v1/datasets/${id}/items/${ids[0]}` };
};

const ownEvaluator = async ({ people }: Belongings, label: string): Promise<Made> => {
  const { id } = await ok(people.owner.send('POST', '/v1/evaluators', { name: `own/${label}`, type: 'exact' }));
  return { path: `/v1/evaluators/${id}` };
};

/** A deployment by the editor that waits for its approval. */
const pending = async (team: Belongings, label: string): Promise<Made> => {
  await prompt(team.people.admin, `own/${label}`, 'Hello {{who}}');
  const { id } = await ok(request(team.people.editor, 'staging', [`prompt:own/${label}@1.0.0`]));
  return { id };
};

const approved = async (team: Belongings, label: string): Promise<Made> => {
  const { id = '' } = await pending(team, label);
  await ok(move(team.people.approver, id, 'approve'));
  return { id };
};

const session = async ({ people, tenantId }: Belongings): Promise<Made> => {
  const { refreshToken } = await ok(
    send('POST', '/v1/auth/login', { email: people.viewer.email, password: people.viewer.password, tenantId }),
  );
  return { refreshToken };
};

const translation = { text: 'Salut {{who}}' };

const wish = ({ prompt: { id }, dataset: { name } }: Belongings): object => ({
  prompt: id,
  tags: ['1.1.0'],
  models: ['echo'],
  dataset: name,
  evaluators: ['quick'],
});

const ownEvaluation = async (team: Belongings): Promise<Made> => {
  const { id } = await ok(team.people.editor.send('POST', '/v1/evaluations', wish(team)), 202);
  return { id, path: `/v1/evaluations/${id}` };
};

/** Every write there is, with what it leaves on record. A route that is added and not named here fails the suite. */
const WRITES: Readonly<Record<string, Write>> = {
  retryDeadLetter: {
    run: ({ people, deadLetter }) => people.owner.send('POST', `/v1/dead-letters/${deadLetter}/retry`),
    events: ['dead_letter.retry'],
  },
  rebuildAnalytics: {
    prepare: async ({ tenantId }) => {
      await counted(ended(tenantId, Date.now(), 'prm_a'));
      await d1('UPDATE rollups SET executions = 77 WHERE tenant_id = ?', tenantId);
      return {};
    },
    run: ({ people }) =>
      people.admin.send('POST', '/v1/analytics/rebuild', { day: new Date().toISOString().slice(0, 10) }),
    events: ['analytics.rebuild'],
  },
  register: {
    run: () => send('POST', '/v1/auth/register', { email: email('register'), password, name: 'R', tenantName: 'R' }),
    events: ['user.register', 'tenant.create'],
  },
  login: {
    run: ({ people, tenantId }) =>
      send('POST', '/v1/auth/login', { email: people.viewer.email, password: people.viewer.password, tenantId }),
    events: ['session.create'],
  },
  refresh: {
    prepare: session,
    run: (_, { refreshToken }) => send('POST', '/v1/auth/refresh', { refreshToken }),
    events: ['session.refresh'],
  },
  logout: {
    prepare: session,
    run: (_, { refreshToken }) => send('POST', '/v1/auth/logout', { refreshToken }),
    events: ['session.delete'],
  },
  switchTenant: {
    run: ({ people, tenantId }) => people.viewer.send('POST', '/v1/auth/switch-tenant', { tenantId }),
    events: ['session.create'],
  },
  createTenant: {
    run: ({ people }) => people.viewer.send('POST', '/v1/tenants', { name: 'Second' }),
    events: ['tenant.create'],
  },
  updateTenant: {
    run: ({ people }) => people.owner.send('PATCH', '/v1/tenant', { name: 'Renamed' }),
    events: ['tenant.update'],
  },
  createInvitation: {
    run: ({ people }) => people.owner.send('POST', '/v1/invitations', { email: email('invited'), role: 'viewer' }),
    events: ['invitation.create'],
  },
  acceptInvitation: {
    prepare: async ({ people }, label) =>
      ok(people.owner.send('POST', '/v1/invitations', { email: email(label), role: 'viewer' })),
    run: (_, { token }) => send('POST', '/v1/invitations/accept', { token, name: 'G', password }),
    events: ['invitation.accept', 'user.register'],
  },
  revokeInvitation: {
    prepare: async ({ people }, label) =>
      ok(people.owner.send('POST', '/v1/invitations', { email: email(label), role: 'viewer' })),
    run: ({ people }, { id }) => people.owner.send('DELETE', `/v1/invitations/${id}`),
    events: ['invitation.delete'],
  },
  changeMember: {
    prepare: async ({ people }) => ({ id: (await member(people.owner, 'viewer', 'changed')).id }),
    run: ({ people }, { id }) => people.owner.send('PATCH', `/v1/members/${id}`, { role: 'editor' }),
    events: ['member.update'],
  },
  removeMember: {
    prepare: async ({ people }) => ({ id: (await member(people.owner, 'viewer', 'removed')).id }),
    run: ({ people }, { id }) => people.owner.send('DELETE', `/v1/members/${id}`),
    events: ['member.delete'],
  },
  createApiKey: {
    run: ({ people }) => people.owner.send('POST', '/v1/api-keys', { name: 'a', scopes: ['prompts:read'] }),
    events: ['api_key.create'],
  },
  revokeApiKey: {
    prepare: async ({ people }) => ({ id: (await apiKey(people.owner, ['prompts:read'])).id }),
    run: ({ people }, { id }) => people.owner.send('DELETE', `/v1/api-keys/${id}`),
    events: ['api_key.delete'],
  },
  createPrompt: {
    run: ({ people }) =>
      people.editor.send('POST', '/v1/prompts', { name: 'own/created', kind: 'text', version: { text: 'Hi' } }),
    events: ['prompt.create', 'version.create'],
  },
  updatePrompt: {
    prepare: own,
    run: ({ people }, { path }) => people.editor.send('PATCH', path ?? '', { title: 'T' }),
    events: ['prompt.update'],
  },
  deletePrompt: {
    prepare: own,
    run: ({ people }, { path }) => people.editor.send('DELETE', path ?? ''),
    events: ['prompt.delete'],
  },
  createPromptVersion: {
    prepare: own,
    run: ({ people }, { path }) => people.editor.send('POST', `${path}/versions`, { text: 'Hi {{who}}' }),
    events: ['version.create'],
  },
  putPromptTranslation: {
    prepare: own,
    run: ({ people }, { path }) => people.editor.send('PUT', `${path}/versions/1.0.0/translations/fr`, translation),
    events: ['translation.put'],
  },
  deletePromptTranslation: {
    prepare: own,
    run: ({ people }, { path }) => people.editor.send('DELETE', `${path}/versions/1.0.0/translations/fr`),
    events: ['translation.delete'],
  },
  createAsset: {
    run: ({ people }) => people.editor.send('POST', '/v1/assets', { key: 'own/created', version: { text: 'Hi' } }),
    events: ['asset.create', 'version.create'],
  },
  updateAsset: {
    prepare: ownAsset,
    run: ({ people }, { path }) => people.editor.send('PATCH', path ?? '', { title: 'T' }),
    events: ['asset.update'],
  },
  deleteAsset: {
    prepare: ownAsset,
    run: ({ people }, { path }) => people.editor.send('DELETE', path ?? ''),
    events: ['asset.delete'],
  },
  createAssetVersion: {
    prepare: ownAsset,
    run: ({ people }, { path }) => people.editor.send('POST', `${path}/versions`, { text: 'Hi' }),
    events: ['version.create'],
  },
  putAssetTranslation: {
    prepare: ownAsset,
    run: ({ people }, { path }) =>
      people.editor.send('PUT', `${path}/versions/1.0.0/translations/de`, { text: 'Unseres' }),
    events: ['translation.put'],
  },
  deleteAssetTranslation: {
    prepare: ownAsset,
    run: ({ people }, { path }) => people.editor.send('DELETE', `${path}/versions/1.0.0/translations/fr`),
    events: ['translation.delete'],
  },
  createModel: {
    run: ({ people }) =>
      people.admin.send('POST', '/v1/models', { name: 'own/created', provider: 'mock', model: 'words' }),
    events: ['model.create'],
  },
  updateModel: {
    prepare: ownModel,
    run: ({ people }, { path }) => people.admin.send('PATCH', path ?? '', { model: 'others' }),
    events: ['model.update'],
  },
  deleteModel: {
    prepare: ownModel,
    run: ({ people }, { path }) => people.admin.send('DELETE', path ?? ''),
    events: ['model.delete'],
  },
  createDataset: {
    run: ({ people }) => people.editor.send('POST', '/v1/datasets', { name: 'own/created' }),
    events: ['dataset.create'],
  },
  updateDataset: {
    prepare: ownDataset,
    run: ({ people }, { path }) => people.editor.send('PATCH', path ?? '', { description: 'Ours' }),
    events: ['dataset.update'],
  },
  deleteDataset: {
    prepare: ownDataset,
    run: ({ people }, { path }) => people.editor.send('DELETE', path ?? ''),
    events: ['dataset.delete'],
  },
  addDatasetItems: {
    prepare: ownDataset,
    run: ({ people }, { id }) => addItems(people.editor, id ?? '', [{ input: {} }]),
    events: ['dataset.update'],
  },
  putDatasetItem: {
    prepare: ownDataset,
    run: ({ people }, { item: path }) => people.editor.send('PUT', path ?? '', { input: { a: 'c' } }),
    events: ['dataset.update'],
  },
  removeDatasetItem: {
    prepare: ownDataset,
    run: ({ people }, { item: path }) => people.editor.send('DELETE', path ?? ''),
    events: ['dataset.update'],
  },
  importDatasetItems: {
    prepare: ownDataset,
    run: ({ people }, { id }) => importFile(people.editor, id ?? '', '{"input":{}}', JSONL),
    events: ['dataset.update'],
  },
  replaceDatasetItems: {
    prepare: ownDataset,
    run: ({ people }, { id }) => importFile(people.editor, id ?? '', 'a\nb\n', CSV, 'PUT'),
    events: ['dataset.update'],
  },
  createEvaluator: {
    run: ({ people }) => people.editor.send('POST', '/v1/evaluators', { name: 'own/created', type: 'exact' }),
    events: ['evaluator.create'],
  },
  updateEvaluator: {
    prepare: ownEvaluator,
    run: ({ people }, { path }) => people.editor.send('PATCH', path ?? '', { config: { trim: false } }),
    events: ['evaluator.update'],
  },
  deleteEvaluator: {
    prepare: ownEvaluator,
    run: ({ people }, { path }) => people.editor.send('DELETE', path ?? ''),
    events: ['evaluator.delete'],
  },
  putProviderCredential: {
    run: ({ people }) =>
      people.admin.send('PUT', '/v1/provider-credentials/openai', { apiKey: secret('another-key-0123') }),
    events: ['credential.put'],
  },
  deleteProviderCredential: {
    prepare: ({ people }) =>
      ok(people.admin.send('PUT', '/v1/provider-credentials/anthropic', { apiKey: secret('one-more-key-4567') })),
    run: ({ people }) => people.admin.send('DELETE', '/v1/provider-credentials/anthropic'),
    events: ['credential.delete'],
  },
  executePrompt: {
    // Else its object writes the row, and tries again: test/integration/executions/crash.test.ts.
    run: ({ people, prompt: { id } }) =>
      people.editor.send('POST', `/v1/prompts/${id}/execute?wait=true`, { tag: '1.1.0', model: 'echo' }, keyed()),
    events: ['execution.create'],
  },
  cancelExecution: {
    prepare: async ({ people, prompt: { id } }) => {
      const parameters = { delayMs: 10_000 };
      const body = { tag: '1.1.0', model: 'echo', parameters };
      return ok(people.editor.send('POST', `/v1/prompts/${id}/execute`, body, keyed()), 202);
    },
    run: ({ people }, { id }) => people.editor.send('POST', `/v1/executions/${id}/cancel`),
    events: ['execution.cancel'],
  },
  updateExecutionSettings: {
    run: ({ people }) => people.admin.send('PATCH', '/v1/execution-settings', { executionsPerMinute: 900 }),
    events: ['settings.update'],
  },
  createFeedback: {
    run: (team) => team.people.editor.send('POST', '/v1/feedback', { executionId: team.execution, score: 0.5 }),
    events: ['feedback.create'],
  },
  createEvaluation: {
    run: (team) => team.people.editor.send('POST', '/v1/evaluations', wish(team)),
    events: ['evaluation.create'],
  },
  cancelEvaluation: {
    prepare: ownEvaluation,
    run: ({ people }, { path }) => people.editor.send('POST', `${path}/cancel`),
    events: ['evaluation.cancel'],
  },
  resumeEvaluation: {
    prepare: async (team) => {
      const made = await ownEvaluation(team);
      // As it is left by a budget that was used up: test/integration/evaluations/moves.test.ts.
      await d1(`UPDATE evaluations SET status = 'paused' WHERE id = ?`, made.id);
      return made;
    },
    run: ({ people }, { path }) => people.editor.send('POST', `${path}/resume`),
    events: ['evaluation.resume'],
  },
  createEnvironment: {
    run: ({ people }) => people.admin.send('POST', '/v1/environments', { name: 'own-created', kind: 'staging' }),
    events: ['environment.create'],
  },
  updateEnvironment: {
    run: ({ people, environment }) =>
      people.admin.send('PATCH', `/v1/environments/${environment}`, {
        requiredApprovals: { low: 1, medium: 1, high: 1, critical: 1 },
      }),
    events: ['environment.update'],
  },
  createDeployment: {
    prepare: own,
    run: ({ people }, { path }) => {
      const prompt = (path ?? '').replace('/v1/prompts/', '');
      return people.editor.send('POST', '/v1/deployments', {
        environment: 'staging',
        items: [{ type: 'prompt', prompt, tag: '1.0.0' }],
      });
    },
    events: ['deployment.create'],
  },
  approveDeployment: {
    prepare: pending,
    run: ({ people }, { id = '' }) => move(people.approver, id, 'approve'),
    events: ['deployment.approve'],
  },
  rejectDeployment: {
    prepare: pending,
    run: ({ people }, { id = '' }) => move(people.approver, id, 'reject', { comment: 'No' }),
    events: ['deployment.reject'],
  },
  cancelDeployment: {
    prepare: pending,
    run: ({ people }, { id = '' }) => move(people.editor, id, 'cancel'),
    events: ['deployment.cancel'],
  },
  deployDeployment: {
    prepare: approved,
    run: ({ people }, { id = '' }) => move(people.editor, id, 'deploy'),
    events: ['deployment.start', 'deployment.deploy'],
  },
  rollbackDeployment: {
    prepare: async (team, label) => {
      await prompt(team.people.admin, `own/${label}`, 'Hello');
      const { id } = await release(team.people.editor, [], 'development', [`prompt:own/${label}@1.0.0`]);
      return { id };
    },
    run: ({ people }, { id = '' }) => move(people.approver, id, 'rollback', { reason: 'Wrong' }),
    events: ['deployment.rollback', 'deployment.start', 'deployment.deploy', 'deployment.rollback'],
  },
};

/** What a try that failed may leave behind: counts of tries, and keys that keep others out for a minute. */
const EPHEMERAL = ['login_throttles', 'idempotency_keys', 'audit_events', 'audit_heads'];

const everything = async (): Promise<Record<string, string[]>> =>
  rowsOf((await tablesWhere('true')).filter((name) => !EPHEMERAL.includes(name)));

const eventsOf = (requestId: string): Promise<any[]> =>
  d1('SELECT * FROM audit_events WHERE request_id = ? ORDER BY rowid', requestId);

let team: Belongings;
const seen = new Set<string>();
beforeAll(async () => {
  team = await furnish('audited');
});
const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
beforeEach(() => errors.mockClear());
afterAll(async () => {
  await d1('DROP TRIGGER IF EXISTS no_audit');
  vi.restoreAllMocks();
});

describe('every write', () => {
  it('is in the table above', () => {
    const missing = writes.map(({ operationId }) => operationId).filter((id) => WRITES[id] === undefined);
    expect(missing, 'add these operations to WRITES, with the audit events that they leave').toEqual([]);
  });

  it.each(Object.entries(WRITES))(
    '%s changes nothing when its audit event cannot be kept, and both or nothing is there',
    async (id, write) => {
      const made = (await write.prepare?.(team, id)) ?? {};
      const before = await everything();
      const recorded = await d1('SELECT count(*) AS n FROM audit_events');
      await d1(
        `CREATE TRIGGER no_audit BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit trail is full'); END`,
      );
      try {
        const { status, body } = await write.run(team, made);
        expect(['500 internal_error', '503 unavailable']).toContain(`${status} ${body.code}`);
      } finally {
        await d1('DROP TRIGGER no_audit');
      }
      expect(await everything()).toEqual(before);
      expect(await d1('SELECT count(*) AS n FROM audit_events')).toEqual(recorded);

      const answer = await write.run(team, made);
      expect([200, 201, 202, 204], JSON.stringify(answer.body)).toContain(answer.status);
      expect(await everything()).not.toEqual(before);
      const events = await eventsOf(answer.headers.get('x-request-id') ?? '');
      expect(events.map(({ action }) => action)).toEqual(write.events);
      for (const event of events) {
        seen.add(event.action);
        expect(event).toMatchObject({ outcome: 'done', risk: AUDIT_ACTIONS[event.action as AuditAction], seq: null });
        expect(event.actor_id).toMatch(/^(usr|key)_|^refresh$/);
        expect(event.entity_id).not.toBe('');
      }
    },
  );
});

describe('every write that is refused', () => {
  const inNeed = writes.filter((operation) => permissionsOf(operation).length > 0);

  it.each(inNeed.map((operation) => [operation.operationId, operation] as const))(
    '%s is on record',
    async (id, operation) => {
      const lacking = ROLES.find(
        (role) => !permissionsOf(operation).some((permission) => roleAllows(role, permission)),
      );
      expect(lacking).toBeDefined();
      const person = team.people[lacking ?? 'viewer'];
      const headers = {
        'x-request-id': `refused-${id}`,
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      };
      const path = filled(operation.path, pathsOf(team));
      expectProblem(await person.send(operation.method, path, exampleOf(operation), headers), 403, 'forbidden');
      const events = await eventsOf(`refused-${id}`);
      expect(events).toHaveLength(1);
      const [event] = events;
      // The same vocabulary as for what is done.
      expect(AUDIT_ACTIONS).toHaveProperty([event.action]);
      expect(event).toMatchObject({
        tenant_id: team.tenantId,
        outcome: 'refused',
        actor_kind: 'user',
        actor_id: person.id,
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      });
      expect(JSON.parse(event.data)).toMatchObject({ code: 'forbidden' });
    },
  );

  const refusal = async (answer: Answer, status: number, code: string, action: AuditAction): Promise<void> => {
    expectProblem(answer, status, code);
    const events = await eventsOf(answer.headers.get('x-request-id') ?? '');
    expect(events.map((event) => [event.action, event.outcome, JSON.parse(event.data).code])).toEqual([
      [action, 'refused', code],
    ]);
  };

  it('is on record for each reason', async () => {
    const { editor, admin, approver, owner } = team.people;
    await prompt(admin, 'refused', 'Hello {{who}}');
    const first = await ok(request(admin, 'staging', ['prompt:refused@1.0.0']));
    await refusal(await move(admin, first.id, 'approve'), 403, 'self_approval_forbidden', 'deployment.approve');
    await refusal(await move(editor, first.id, 'deploy'), 409, 'state_conflict', 'deployment.deploy');
    const put = await editor.send('PUT', '/v1/prompts/refused/versions/1.0.0/translations/fr', {
      text: 'Bonjour {{who}}',
    });
    await refusal(put, 409, 'version_locked', 'translation.put');
    const missing = await editor.send('POST', '/v1/deployments', {
      environment: 'staging',
      items: [item('prompt:nothing@1.0.0')],
    });
    await refusal(missing, 422, 'incompatible', 'deployment.create');
    const active = `/v1/prompts/${encodeURIComponent(team.prompt.name)}`;
    await refusal(await editor.send('DELETE', active), 409, 'state_conflict', 'prompt.delete');
    await refusal(await owner.send('DELETE', `/v1/members/${owner.id}`), 409, 'state_conflict', 'member.delete');
    const glass = { breakGlass: true, reason: 'Fire' };
    await refusal(await move(approver, first.id, 'deploy', glass), 403, 'forbidden', 'deployment.deploy');
  });

  it('is on record when an API key tried, with the person who answers for it', async () => {
    const key = await apiKey(team.people.owner, ['prompts:read']);
    const answer = await key.send('POST', '/v1/prompts', { name: 'by-key', kind: 'text' });
    await refusal(answer, 403, 'forbidden', 'prompt.create');
    const [event] = await eventsOf(answer.headers.get('x-request-id') ?? '');
    expect(event).toMatchObject({ actor_kind: 'api_key', actor_id: key.id });
    expect(JSON.parse(event.data)).toMatchObject({ person: team.people.owner.id });
  });

  it('stays refused when the record cannot be kept', async () => {
    await d1(`CREATE TRIGGER no_audit BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'full'); END`);
    try {
      expectProblem(
        await team.people.viewer.send('POST', '/v1/prompts', { name: 'x', kind: 'text' }),
        403,
        'forbidden',
      );
    } finally {
      await d1('DROP TRIGGER no_audit');
    }
    expect(errors).toHaveBeenCalledWith(expect.stringContaining('refusal not recorded'));
  });

  it('is not on record for slips of the pen and for reads', async () => {
    const { viewer, editor } = team.people;
    for (const answer of [
      await viewer.send('GET', '/v1/api-keys'),
      await editor.send('POST', '/v1/prompts', {}),
      await editor.send('PATCH', '/v1/prompts/nothing', { title: 'x' }),
      await send('POST', '/v1/prompts', { name: 'x', kind: 'text' }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(await eventsOf(answer.headers.get('x-request-id') ?? '')).toEqual([]);
    }
  });
});

describe('the vocabulary', () => {
  const note = async (answer: Answer, ...expected: AuditAction[]): Promise<void> => {
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
    const actions = (await eventsOf(answer.headers.get('x-request-id') ?? '')).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(expected));
    for (const action of actions) seen.add(action);
  };

  it('has what a stolen refresh token, a dearer password and a broken glass leave', async () => {
    const { viewer, editor, owner } = team.people;
    const { refreshToken } = await session(team);
    await ok(send('POST', '/v1/auth/refresh', { refreshToken }));
    await note(await send('POST', '/v1/auth/refresh', { refreshToken }), 'session.reuse');
    const body = { email: viewer.email, password: viewer.password };
    await note(
      await sendWith({ PASSWORD_SCRYPT_N: '2048' })('POST', '/v1/auth/login', body),
      'user.rehash',
      'session.create',
    );
    await prompt(editor, 'glass', 'Hello');
    const { id } = await ok(request(editor, 'production', ['prompt:glass@1.0.0']));
    await note(await move(owner, id, 'deploy', { breakGlass: true, reason: 'Fire' }), 'deployment.break_glass');
  });

  it('is all in use', () => {
    // Takes a crash: test/integration/deployments/crash.test.ts.
    const elsewhere = ['deployment.fail'];
    expect(Object.keys(AUDIT_ACTIONS).filter((action) => !seen.has(action))).toEqual(elsewhere);
    expect([...seen].filter((action) => !(action in AUDIT_ACTIONS))).toEqual([]);
  });
});
