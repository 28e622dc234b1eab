import { abortAllDurableObjects, evictAllDurableObjects } from 'cloudflare:test';
import type { Answer } from '../client.ts';
import type { Command, Mishap } from './commands.ts';
import { compareDeployments, compareEdge, Disagreements, observeDeployments, observeText } from './compare.ts';
import { doNothing, type Reply } from './moves.ts';
import { type Operation, Operations } from './operations.ts';
import { runAlarm, summary, type Tenant, withKvFailingOnce, type World } from './world.ts';
import { type Deployment, type EnvironmentName, ENVIRONMENTS, type Workspace } from './workspace.ts';

/** Plays a sequence, and compares all that there is to see with the model after each command. */
export async function play(world: World, commands: readonly Command[]): Promise<void> {
  for (const command of commands) await perform(world, command);
  for (const tenant of world.tenants) {
    for (const environment of tenant === undefined ? [] : ENVIRONMENTS) {
      if (tenant !== undefined) await checkEdge(tenant, environment);
    }
  }
}

async function perform(world: World, command: Command): Promise<void> {
  const tenant = await world.tenant(command.tenant);
  const operations = new Operations(world, tenant);
  switch (command.do) {
    case 'create':
      return alone(world, operations.create(command));
    case 'version':
      return alone(world, operations.version(command));
    case 'release':
      return release(world, tenant, command, () => operations.request({ ...command, declared: null, auto: false }));
    case 'revise': {
      const revision = operations.revise(command);
      if (revision === null) return;
      await alone(world, revision.version);
      return release(world, tenant, command, revision.request);
    }
    case 'undo': {
      const of = operations.pick(command, 'deployed');
      if (of === undefined) return;
      const where = { environment: of.environment, kvFails: command.kvFails };
      return maybeFailing(world, tenant, where, () =>
        bringOut(world, operations, operations.rollback(command.actor, of)),
      );
    }
    case 'together':
    case 'together again': {
      const pair = [command.first, command.do === 'together' ? command.second : command.first];
      const asked = pair.flatMap((one) => operations.of(one) ?? []);
      if (asked.length < 2) return;
      return together(world, asked, command.do === 'together' && command.evicting);
    }
    case 'stranger': {
      const of = operations.pick(command);
      if (of !== undefined)
        await alone(world, operations.stranger(await world.tenant(1 - command.tenant), command.verb, of));
      return;
    }
    case 'evict':
      world.note('evict');
      return evictAllDurableObjects();
    case 'alarm':
      world.note('alarm');
      await runAlarm(tenant, command.environment);
      tenant.behind.delete(command.environment);
      return checkEdge(tenant, command.environment);
    default: {
      const operation = operations.of(command);
      return operation === null ? undefined : alone(world, operation);
    }
  }
}

async function release(
  world: World,
  tenant: Tenant,
  { environment, mishap }: { environment: EnvironmentName; mishap: Mishap },
  request: () => Operation,
): Promise<void> {
  const crashAfter = mishap === null || mishap === 'kv' ? undefined : mishap.crashAfter;
  await maybeFailing(world, tenant, { environment, kvFails: mishap === 'kv' }, () =>
    bringOut(world, new Operations(world, tenant), request(), crashAfter),
  );
}

/** From the request to the edge, as far as the rules let it go. */
async function bringOut(world: World, operations: Operations, request: Operation, crashAfter?: number): Promise<void> {
  const { tenant } = request;
  const before = tenant.workspace.deployments.length;
  await alone(world, request);
  const now = (): Deployment | undefined => tenant.workspace.deployments[before];
  for (const approver of now() === undefined ? [] : operations.approversOf(now() as Deployment)) {
    const of = now();
    if (of?.status === 'pending') await alone(world, operations.vote(approver, of, 'approved'));
  }
  const of = now();
  if (of?.status === 'approved') {
    const deploy = operations.deploy(request.actor, of, false);
    await (crashAfter === undefined ? alone(world, deploy) : crash(world, deploy, crashAfter));
  }
  if (of?.status === 'pending') await alone(world, operations.deploy('owner', of, true));
}

async function maybeFailing(
  world: World,
  tenant: Tenant,
  { kvFails, environment }: { kvFails: boolean; environment: EnvironmentName },
  work: () => Promise<void>,
): Promise<void> {
  if (!kvFails) return work();
  // What is behind after the failure is not known before it: nothing is said of KV until the alarm has run.
  tenant.behind.add(environment);
  if (await withKvFailingOnce(work)) {
    world.note('KV refused a write');
    await runAlarm(tenant, environment);
  }
  tenant.behind.delete(environment);
  await checkEdge(tenant, environment);
}

const alone = (world: World, operation: Operation): Promise<void> => together(world, [operation], false);

/** Asks for one thing, or for several at the same moment: then any order in which the model agrees will do. */
async function together(world: World, asked: readonly Operation[], evicting: boolean): Promise<void> {
  const tenant = asked[0]?.tenant;
  if (tenant === undefined) return;
  const sent = asked.map(({ send }) => send());
  if (evicting) await evictAllDurableObjects();
  const answers = await Promise.all(sent);
  for (const [i, { line, kind }] of asked.entries()) {
    const answer = answers[i] as Answer;
    world.note(
      `${asked.length > 1 ? `at once${evicting ? ' while evicted' : ''}: ` : ''}${line} → ${summary(answer)}`,
      `${kind} ${answer.status}${asked.length > 1 ? ' at once' : ''}${answer.status === 422 ? ` ${answer.body.errors[0].code}` : ''}`,
    );
  }
  const touched = new Set(asked.flatMap(({ touches }) => touches ?? []));
  const seen = touched.size === 0 ? null : await observeDeployments(tenant);
  const written =
    asked.length === 1 ? [] : asked.flatMap(({ line, text }) => (text === undefined ? [] : [{ line, text }]));
  const texts = await Promise.all(
    written.map(async ({ line, text }) => ({ line, text, is: await observeText(tenant, text) })),
  );
  const before = tenant.workspace;
  tenant.workspace = explain(tenant, asked, (workspace, replies, at) => {
    for (const [i, reply] of replies.entries()) {
      const { status, body } = answers[i] as Answer;
      const { line } = asked[i] as Operation;
      at.expect(line, [status, body?.code], [reply.status, reply.code]);
      if (status >= 300 || reply.deployment === undefined) continue;
      const deployment = workspace.deployments[reply.deployment];
      if (deployment?.id === '') deployment.id = body.id;
      at.expect(`${line}: id`, body.id, deployment?.id);
      if (asked.length === 1) at.expect(`${line}: status`, body.status, deployment?.status);
    }
    if (seen !== null) compareDeployments(tenant, workspace, seen, at);
    for (const { line, text, is } of texts) at.expect(`${line}: text`, is, text.of(workspace));
  });
  for (const environment of touched) {
    const hasMoved =
      before.environments[environment].generation !== tenant.workspace.environments[environment].generation;
    await checkEdge(tenant, environment, hasMoved ? 'all' : 'truth');
  }
}

const MAX_YIELDS = 8;

/** The workspace after the first order of events in which everything agrees. @throws where there is none */
function explain(
  tenant: Tenant,
  asked: readonly Operation[],
  compare: (workspace: Workspace, replies: Reply[], at: Disagreements) => void,
): Workspace {
  let first: Disagreements | undefined;
  for (let order = 0; order < (asked.length === 1 ? 1 : 2 ** MAX_YIELDS); order++) {
    const workspace = structuredClone(tenant.workspace);
    const replies = inOrder(workspace, asked, order);
    const at = new Disagreements();
    compare(workspace, replies, at);
    if (at.found.length === 0) return workspace;
    first ??= at;
  }
  const orders = asked.length === 1 ? '' : 'in no order do these agree, in the first of them:\n  ';
  throw new Error(orders + (first?.found ?? []).join('\n  '));
}

/** Makes moves piece by piece: the bits of `order` tell whose turn it is. */
function inOrder(workspace: Workspace, asked: readonly Operation[], order: number): Reply[] {
  const running = asked.map(({ move }) => move(workspace));
  const replies: (Reply | undefined)[] = asked.map(() => undefined);
  for (let turn = 0; replies.includes(undefined); turn++) {
    const bit = turn < MAX_YIELDS ? (order >> turn) & 1 : turn % 2;
    const at = replies[bit] === undefined && bit < running.length ? bit : replies.indexOf(undefined);
    const next = running[at]?.next();
    if (next?.done === true) replies[at] = next.value;
  }
  return replies as Reply[];
}

/** Takes all objects down while one of them deploys: then it did, or nothing happened. */
async function crash(world: World, operation: Operation, after: number): Promise<void> {
  const { tenant, touches, line } = operation;
  const sent = operation.send();
  await new Promise((resolve) => setTimeout(resolve, after));
  await abortAllDurableObjects();
  const answer = await sent;
  world.note(`crash after ${after} ms: ${line} → ${summary(answer)}`, `crash ${answer.status}`);
  if (touches === null) return;
  await runAlarm(tenant, touches);
  const seen = await observeDeployments(tenant);
  const before = tenant.workspace;
  const nothing: Operation = { ...operation, move: doNothing };
  const attempts = answer.status === 503 ? [nothing, operation] : [operation];
  for (const [i, attempt] of attempts.entries()) {
    try {
      tenant.workspace = explain(tenant, [attempt], (workspace, [reply], at) => {
        if (answer.status !== 503) at.expect(line, answer.status, reply?.status);
        compareDeployments(tenant, workspace, seen, at);
      });
      break;
    } catch (error) {
      if (i === attempts.length - 1) throw error;
      tenant.workspace = before;
    }
  }
  await checkEdge(tenant, touches);
}

async function checkEdge(tenant: Tenant, environment: EnvironmentName, look: 'all' | 'truth' = 'all'): Promise<void> {
  const at = new Disagreements();
  await compareEdge(tenant, environment, look, at);
  if (at.found.length > 0) throw new Error(at.found.join('\n  '));
}
