import { ok } from '../team.ts';
import type { Text } from './operations.ts';
import { readKv, type Tenant } from './world.ts';
import {
  activeNow,
  type Deployment,
  entryOf,
  type Environment,
  type EnvironmentName,
  LOCALES,
  NAMES,
  pickLocale,
  type Split,
  textsServed,
  type Version,
  versionOf,
  type Workspace,
} from './workspace.ts';

/** Everything that does not agree, in words. */
export class Disagreements {
  readonly found: string[] = [];

  expect(what: string, actual: unknown, expected: unknown): void {
    const [seen, wanted] = [stable(actual), stable(expected)];
    if (seen !== wanted) this.found.push(`${what}\n    is        ${seen}\n    should be ${wanted}`);
  }
}

const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? 'undefined';

const contentOf = (version: Version, texts: string[] | null): object =>
  version.kind === 'text' ? { text: texts?.[0] } : { messages: messagesOf(texts ?? []) };

/** A chat's texts as they are sent and served. */
export const messagesOf = (texts: readonly string[]): { role: string; content: string }[] =>
  texts.map((content, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content }));

const deploymentId = ({ deployments }: Workspace, index: number): string => deployments[index]?.id ?? '';

/** A subject that something is to be chosen for, and what was chosen: which is not for the model to say. */
interface Chosen {
  variant: unknown;
}

/** What the edge must say of a prompt. @param chosen null: nobody is named to choose for */
function mustServe(
  workspace: Workspace,
  target: Environment,
  name: string,
  wanted: string | null,
  chosen: Chosen | null,
): object {
  const active = target.active[`prompt:${name}`];
  const by = target.served[name];
  if (active === undefined || by === undefined) return { name, error: 'not_deployed' };
  const isChosen = chosen !== null && active.split !== null;
  const arms = [active.version, ...(active.split?.variants ?? []).map((variant) => variant.version)];
  const among = arms.map((uid) => versionOf(workspace, uid));
  const version = isChosen ? among.find(({ tag }) => tag === chosen.variant) : among[0];
  if (version === undefined) return { name, variant: `one of ${among.map(({ tag }) => tag).join()}` };
  const locale = pickLocale(version, wanted);
  return {
    name,
    environment: target.name,
    tag: version.tag,
    variant: isChosen ? version.tag : null,
    kind: version.kind,
    locale,
    fallback: wanted !== null && wanted !== locale,
    ...contentOf(version, textsServed(workspace, activeNow(target), version, locale)),
    deploymentId: deploymentId(workspace, by.deployment),
    generation: by.generation,
  };
}

/** An answer of the edge without what the model does not know. */
function served(body: any): object {
  if (body?.error !== undefined) return { name: body.name, error: body.error.code };
  const { versionId: _v, variables: _w, model: _m, contentHash: _h, ...rest } = body;
  return rest;
}

function mustBeInKv(workspace: Workspace, target: Environment, name: string): object | null {
  const by = target.served[name];
  if (by === undefined) return null;
  const { generation } = by;
  const active = target.active[`prompt:${name}`];
  if (active === undefined) return { name, generation, removed: true };
  const of = (uid: number): object => {
    const version = versionOf(workspace, uid);
    const { tag, locale, contents } = version;
    const locales = Object.keys(contents).map((each) => [
      each,
      contentOf(version, textsServed(workspace, activeNow(target), version, each)),
    ]);
    return { tag, locale, locales: Object.fromEntries(locales) };
  };
  const { split } = active;
  const variants = (split?.variants ?? []).map(({ version, weight }) => ({ ...of(version), weight }));
  return {
    name,
    generation,
    deploymentId: deploymentId(workspace, by.deployment),
    kind: versionOf(workspace, active.version).kind,
    ...of(active.version),
    ...(split === null ? {} : { experiment: { weight: split.weight, variants } }),
  };
}

function inKv(body: any): object | null {
  if (body === null || body.removed === true) return body;
  const { promptId: _p, experiment, ...own } = body;
  const known = ({ versionId: _v, variables: _w, model: _m, contentHash: _h, ...rest }: any): object => rest;
  if (experiment === undefined) return known(own);
  return { ...known(own), experiment: { ...experiment, variants: experiment.variants.map(known) } };
}

/** Whoever it is that asks: for each of them, always the same must be chosen from the same. */
const SUBJECTS = ['ada', 'eve', 'zoe'];

function compareChoice(
  tenant: Tenant,
  target: Environment,
  prompt: string,
  subject: string,
  variant: unknown,
  at: Disagreements,
): void {
  const active = target.active[`prompt:${prompt}`];
  if (active === undefined) return;
  const { entry, version, split } = active;
  const key = JSON.stringify([subject, entry, version, split]);
  at.expect(`the choice for ${subject} of ${key}`, variant, tenant.choices.get(key) ?? variant);
  tenant.choices.set(key, variant);
}

/**
 * Compares the edge of one environment with the model: `all` looks into every store and at what is active, `truth` only
 * at what D1 says. Which locale is asked for in which way changes each time.
 */
export async function compareEdge(
  tenant: Tenant,
  name: EnvironmentName,
  look: 'all' | 'truth',
  at: Disagreements,
): Promise<void> {
  const { workspace } = tenant;
  const target = workspace.environments[name];
  const batch = async (
    locale: string | null,
    headers: Record<string, string>,
    subject: string | null = null,
  ): Promise<void> => {
    const body = { names: NAMES, ...(locale === null ? {} : { locale }), ...(subject === null ? {} : { subject }) };
    const { data } = await ok(tenant.send.key('POST', `/v1/edge/${name}/batch`, body, headers));
    const expected = NAMES.map((prompt, i) => {
      if (subject === null) return mustServe(workspace, target, prompt, locale, null);
      compareChoice(tenant, target, prompt, subject, data[i]?.variant, at);
      return mustServe(workspace, target, prompt, locale, { variant: data[i]?.variant });
    });
    at.expect(`edge ${tenant.label} ${name} ${locale} ${JSON.stringify(headers)}`, data.map(served), expected);
  };
  const [first = null, second = null, third = null] = LOCALES.map(
    (_, i) => LOCALES[(i + tenant.looks) % LOCALES.length],
  );
  const subject = [null, ...SUBJECTS][tenant.looks % (SUBJECTS.length + 1)] ?? null;
  tenant.looks++;
  if (look === 'all') {
    // Plainly before all else, while memory has only what it had before.
    await batch(null, {});
    await batch(first, {});
    await batch(second, { 'x-min-generation': String(target.generation) }, subject);
  }
  await batch(third, { 'cache-control': 'no-cache' }, subject);
  if (look === 'truth') return;
  if (!tenant.behind.has(name)) {
    const found = await Promise.all(NAMES.map((prompt) => readKv(tenant, name, prompt)));
    const expected = NAMES.map((prompt) => mustBeInKv(workspace, target, prompt));
    at.expect(`KV ${tenant.label} ${name}`, found.map(inKv), expected);
  }
  await compareActive(tenant, target, at);
}

function weightsOf(workspace: Workspace, split: Split | null): object {
  const variants = (split?.variants ?? []).map(({ version, weight }) => {
    return { tag: versionOf(workspace, version).tag, weight };
  });
  return { weight: split?.weight ?? null, variants };
}

const withoutHash = ({ contentHash: _hash, ...rest }: any): object => rest;

async function compareActive(tenant: Tenant, target: Environment, at: Disagreements): Promise<void> {
  const { workspace } = tenant;
  const { generation, data } = await ok(tenant.send.key('GET', `/v1/environments/${target.name}/active?limit=100`));
  const expected = Object.entries(target.active)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, active]) => {
      const { tag } = versionOf(workspace, active.version);
      const [type = '', name = ''] = key.split(':');
      return {
        type,
        name,
        tag,
        ...weightsOf(workspace, active.split),
        deploymentId: deploymentId(workspace, active.deployment),
        generation: active.generation,
      };
    });
  at.expect(
    `active in ${tenant.label} ${target.name}`,
    { generation, data: data.map((one: any) => ({ ...one, variants: one.variants.map(withoutHash) })) },
    { generation: target.generation, data: expected },
  );
}

/** All of a tenant's deployments, by id. */
export async function observeDeployments(tenant: Tenant): Promise<Map<string, any>> {
  const found = new Map<string, any>();
  let cursor = '';
  do {
    const page = await ok(tenant.send.key('GET', `/v1/deployments?limit=100${cursor}`));
    for (const deployment of page.data) found.set(deployment.id, deployment);
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  return found;
}

/** What a text is now; null: there is none. */
export async function observeText(tenant: Tenant, { path, locale }: Text): Promise<object | null> {
  const { status, body } = await tenant.send.key('GET', path);
  const found = status === 404 ? undefined : body.translations.find((each: any) => each.locale === locale);
  // Its own text is never written over.
  if (found === undefined) return body.locale === locale ? toText(body) : null;
  return toText(found);
}

const toText = ({ text, messages }: any): object => (messages === undefined ? { text } : { messages });

/** Compares what the API says of deployments with the model. */
export function compareDeployments(
  tenant: Tenant,
  workspace: Workspace,
  seen: Map<string, any>,
  at: Disagreements,
): void {
  at.expect(`deployments of ${tenant.label}`, seen.size, workspace.deployments.length);
  for (const deployment of workspace.deployments) {
    const { index, id, requester } = deployment;
    const actual = seen.get(id);
    const what = `deployment #${index} ${id}`;
    if (actual === undefined) {
      at.expect(what, 'not there', 'there');
      continue;
    }
    at.expect(what, factsSeen(actual, deployment), factsExpected(tenant, workspace, deployment));
    if (requester !== 'owner') at.expect(`${what} requestedBy`, actual.requestedBy, tenant.ids[requester]);
    const levels = { 1: ['low', 'medium'], 2: ['high'], 3: ['critical'] }[deployment.level];
    at.expect(`${what} risk ${actual.riskLevel}`, levels.includes(actual.riskLevel), true);
  }
}

/** Until it is deployed, what it would replace may change. */
const isSettled = ({ generation }: Deployment): boolean => generation !== null;

function factsSeen(actual: any, deployment: Deployment): object {
  const { environment, status, requiredApprovals, generation, rollbackOf, autoDeploy } = actual;
  return {
    environment,
    status,
    requiredApprovals,
    generation,
    rollbackOf,
    autoDeploy,
    approvals: actual.approvals.map(({ userId, decision }: any) => `${userId} ${decision}`).toSorted(),
    items: actual.items.map((item: any) => ({
      is: [item.type, item.name, item.tag],
      weight: item.weight,
      variants: item.variants.map(withoutHash),
      was: isSettled(deployment) && [
        item.previousTag,
        { weight: item.previousWeight, variants: item.previousVariants.map(withoutHash) },
      ],
    })),
  };
}

function factsExpected(tenant: Tenant, workspace: Workspace, deployment: Deployment): object {
  const { environment, status, required, generation, rollbackOf, autoDeploy, votes, items } = deployment;
  const tagOf = (uid: number | null): string | null => (uid === null ? null : versionOf(workspace, uid).tag);
  return {
    environment,
    status,
    requiredApprovals: required,
    generation,
    autoDeploy,
    rollbackOf: rollbackOf === null ? null : deploymentId(workspace, rollbackOf),
    approvals: votes.map(({ person, decision }) => `${tenant.ids[person]} ${decision}`).toSorted(),
    items: items.map(({ entry, version, split, previous, previousSplit }) => {
      const { type, name } = entryOf(workspace, entry);
      return {
        is: [type, name, tagOf(version)],
        ...weightsOf(workspace, split),
        was: isSettled(deployment) && [tagOf(previous), weightsOf(workspace, previousSplit)],
      };
    }),
  };
}
