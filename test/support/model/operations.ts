import type { Answer } from '../client.ts';
import { messagesOf } from './compare.ts';
import {
  type BesideCommand,
  type Choice,
  COMBINATIONS,
  type Command,
  type DraftCommand,
  type EntryChoice,
  type Mention,
  type MoveCommand,
  type RequestCommand,
} from './commands.ts';
import * as moves from './moves.ts';
import type { Tenant, World } from './world.ts';
import {
  type ActorName,
  activeNow,
  authorsOf,
  type Content,
  type Deployment,
  type Entry,
  type EntryType,
  type EnvironmentName,
  type Level,
  liveEntry,
  type Piece,
  type Status,
  taggedVersion,
  type Workspace,
} from './workspace.ts';

/** Something that is asked of the API, and what the model makes of it. */
export interface Operation {
  tenant: Tenant;
  /** For people, and for counting. */
  line: string;
  kind: string;
  actor: ActorName;
  send: () => Promise<Answer>;
  move: moves.Move;
  /** Where the edge may serve something else afterwards; null: nowhere. */
  touches: EnvironmentName | null;
  /** What it may write over, where no answer tells who came last. */
  text?: Text;
}

/** One text of a version: where it is read, and what it is by the model; null: there is none. */
export interface Text {
  path: string;
  locale: string;
  of: (workspace: Workspace) => object | null;
}

const entryPath = (type: EntryType, name: string): string => `/v1/${type}s/${encodeURIComponent(name)}`;

const written = (texts: readonly Piece[][]): string[] =>
  texts.map((text) =>
    text
      .map((piece) =>
        typeof piece === 'string'
          ? piece
          : `{{${piece.type}:${piece.name}${piece.tag === null ? '' : `@${piece.tag}`}}}`,
      )
      .join(''),
  );

/** A content as a request has it: a text, or a chat's messages. */
function toBody(kind: Entry['kind'], texts: Content): object {
  const [text = '', ...more] = written(texts);
  return kind === 'text' ? { text } : { messages: messagesOf([text, ...more]) };
}

function draftBody(kind: Entry['kind'], { locale, contents }: moves.Draft): object {
  const translations = Object.entries(contents)
    .filter(([of]) => of !== locale)
    .map(([of, content]) => ({ locale: of, ...toBody(kind, content) }));
  const own = contents[locale];
  if (own === undefined) throw new Error('a draft lacks its own locale');
  return { locale, ...toBody(kind, own), translations };
}

/** The operations of one tenant, as commands resolve to them. */
export class Operations {
  readonly #world: World;
  readonly #tenant: Tenant;

  constructor(world: World, tenant: Tenant) {
    this.#world = world;
    this.#tenant = tenant;
  }

  #operation(
    kind: string,
    actor: ActorName,
    [method, path, body]: [string, string, (object | undefined)?],
    move: moves.Move,
    touches: EnvironmentName | null = null,
  ): Operation {
    const tenant = this.#tenant;
    const line = `${tenant.label} ${actor}: ${kind} ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;
    return { tenant, line, kind, actor, send: () => tenant.send[actor](method, path, body), move, touches };
  }

  /** A text that no other is equal to, with what it includes. @param before the entry's own uid: what is older comes inside */
  #content(kind: Entry['kind'], label: string, before: number, includes: Mention[][]): Content {
    return includes.slice(0, kind === 'text' ? 1 : 2).map((mentions, i): Piece[] => [
      `(${label} no. ${++this.#world.texts}, ${i + 1})`,
      ...mentions.flatMap((mention): Piece[] => {
        const isFirst = this.#live(before).length === 0;
        if (isFirst && !mention.stray) return [];
        const { type, name } = this.#entry(mention, before);
        return [' ', { type, name, tag: mention.tag === null ? null : `1.0.${mention.tag}` }];
      }),
      '.',
    ]);
  }

  #draft(kind: Entry['kind'], label: string, before: number, command: DraftCommand): moves.Draft {
    const locales = [{ locale: command.own, includes: command.includes }, ...command.translations];
    const contents = locales.map(({ locale, includes }) => [
      locale,
      this.#content(kind, `${label} ${locale}`, before, includes),
    ]);
    return { locale: command.own, contents: Object.fromEntries(contents) };
  }

  create(command: { actor: ActorName; type: EntryType; name: string; chat: boolean; draft: DraftCommand }): Operation {
    const { actor, type, name, draft } = command;
    const kind = command.chat && type === 'prompt' ? 'chat' : 'text';
    const made = this.#draft(kind, `${type} ${name}`, Infinity, draft);
    const named = type === 'prompt' ? { name, kind } : { key: name };
    const body = { ...named, version: { tag: '1.0.0', ...draftBody(kind, made) } };
    return this.#operation(
      'create',
      actor,
      ['POST', `/v1/${type}s`, body],
      moves.createEntry(actor, type, name, kind, made),
    );
  }

  version(command: { actor: ActorName; again: boolean; draft: DraftCommand } & EntryChoice): Operation {
    const { actor, draft, again } = command;
    const { type, name } = this.#entry(command);
    const entry = liveEntry(this.#tenant.workspace, type, name);
    const kind = entry?.kind ?? 'text';
    const made = this.#draft(kind, `${type} ${name}`, entry?.uid ?? Infinity, draft);
    const tag = `1.0.${again ? 0 : (entry?.versions.length ?? 0)}`;
    const call: [string, string, object] = [
      'POST',
      `${entryPath(type, name)}/versions`,
      { tag, ...draftBody(kind, made) },
    ];
    return this.#operation('version', actor, call, moves.createVersion(actor, type, name, tag, made));
  }

  translate(command: Extract<MoveCommand, { do: 'translate' }>): Operation {
    const { actor, locale, includes, same } = command;
    const { workspace } = this.#tenant;
    const { type, name } = this.#entry(command);
    const tag = this.#tagOf(type, name, command.back);
    const version = taggedVersion(workspace, type, name, tag);
    const kind = version?.kind ?? 'text';
    const there = same ? version?.contents[locale] : undefined;
    const fresh = this.#content(kind, `${type} ${name} ${locale}`, version?.entry ?? Infinity, includes);
    const content = there ?? fresh;
    const path = `${entryPath(type, name)}/versions/${tag}/translations/${locale}`;
    const move = moves.putTranslation(actor, type, name, tag, locale, content);
    const text: Text = {
      path: `${entryPath(type, name)}/versions/${tag}`,
      locale,
      of: (after) => {
        const stored = taggedVersion(after, type, name, tag)?.contents[locale];
        return stored === undefined ? null : toBody(kind, stored);
      },
    };
    return { ...this.#operation('translate', actor, ['PUT', path, toBody(kind, content)], move), text };
  }

  readonly #live = (before: number): Entry[] =>
    this.#tenant.workspace.entries.filter(({ deleted, uid }) => !deleted && uid < before);

  #entry({ entry, stray }: EntryChoice, before = Infinity): { type: EntryType; name: string } {
    const live = this.#live(before);
    const from = stray || live.length === 0 ? COMBINATIONS : live;
    return from[entry % from.length] ?? COMBINATIONS[0]!;
  }

  #tagOf(type: EntryType, name: string, back: number | null): string {
    if (back === null) return 'latest';
    const uids = liveEntry(this.#tenant.workspace, type, name)?.versions ?? [];
    return `1.0.${Math.max(0, uids.length - 1 - back)}`;
  }

  /** The items of a request; with `whole`, what they lean on and is not active comes too. */
  #wanted({ environment, items, whole, twice }: RequestCommand): moves.Wanted[] {
    const { workspace } = this.#tenant;
    const wanted: moves.Wanted[] = [];
    for (const item of items) {
      const { type, name } = this.#entry(item);
      const isOnce = !wanted.some((other) => other.type === type && other.name === name);
      if (!twice && !isOnce) continue;
      const tag = this.#tagOf(type, name, item.back);
      wanted.push({ type, name, tag, beside: this.#beside(type, name, tag, item.beside, twice) });
    }
    const active = activeNow(workspace.environments[environment]);
    const brought = wanted.flatMap(({ type, name, tag, beside }) =>
      [tag, ...(beside?.variants ?? []).map((variant) => variant.tag)].map((each) =>
        taggedVersion(workspace, type, name, each),
      ),
    );
    const inside = whole ? brought : [];
    for (const version of inside) {
      for (const ref of Object.values(version?.contents ?? {}).flat(2)) {
        if (typeof ref === 'string') continue;
        const { type, name, tag } = ref;
        const included = taggedVersion(workspace, type, name, tag ?? 'latest');
        const isThere =
          active[`${type}:${name}`] !== undefined || wanted.some((one) => one.type === type && one.name === name);
        if (included === undefined || inside.includes(included) || (tag === null && isThere)) continue;
        inside.push(included);
        if (tag === null) wanted.push({ type, name, tag: 'latest', beside: null });
      }
    }
    return wanted;
  }

  /** What is to be served beside a version: with `twice`, perhaps the same once more. */
  #beside(type: EntryType, name: string, tag: string, wished: BesideCommand[], twice: boolean): moves.Wanted['beside'] {
    if (type === 'asset') return null;
    const own = tag === 'latest' ? this.#tagOf(type, name, 0) : tag;
    const { versions = [] } = liveEntry(this.#tenant.workspace, type, name) ?? {};
    let others = versions.map((_, i) => `1.0.${i}`).filter((other) => twice || other !== own);
    const variants = wished.flatMap(({ which, weight }) => {
      const other = others[which % Math.max(1, others.length)];
      if (!twice) others = others.filter((one) => one !== other);
      return other === undefined ? [] : [{ tag: other, weight }];
    });
    return variants.length === 0 ? null : { weight: 50, variants };
  }

  request(command: Omit<Extract<MoveCommand, { do: 'request' }>, 'do'>): Operation {
    const { actor, environment, declared, auto } = command;
    const wanted = this.#wanted(command);
    const body = {
      environment,
      items: wanted.map(({ type, name, tag, beside }) => ({ type, [type]: name, tag, ...beside })),
      ...(declared === null ? {} : { riskLevel: declared }),
      ...(auto ? { autoDeploy: true } : {}),
    };
    const level = ({ low: 1, high: 2, critical: 3 } as const)[declared ?? 'low'];
    const move = moves.request(actor, environment, wanted, { declared: level satisfies Level, autoDeploy: auto });
    const kind = wanted.some(({ beside }) => beside !== null) ? 'request with variants' : 'request';
    return this.#operation(kind, actor, ['POST', '/v1/deployments', body], move, environment);
  }

  /** A new version of something that is active, and what asks for it to take its place; null while nothing is. */
  revise(command: Extract<Command, { do: 'revise' }>): { version: Operation; request: () => Operation } | null {
    const { actor, environment, which, draft, beside } = command;
    const { workspace } = this.#tenant;
    const active = Object.values(workspace.environments[environment].active);
    const one = active[which % Math.max(1, active.length)];
    if (one === undefined) return null;
    const choice = {
      entry: workspace.entries.filter(({ deleted }) => !deleted).findIndex(({ uid }) => uid === one.entry),
    };
    const version = this.version({ ...choice, stray: false, actor, draft, again: false });
    const items = [{ ...choice, stray: false, back: 0, beside }];
    const asked = { actor, environment, items, whole: true, twice: false, declared: null, auto: false };
    return { version, request: () => this.request(asked) };
  }

  /** The deployment that a command means, or undefined while there is none. */
  pick({ apt, which }: Choice, ...statuses: Status[]): Deployment | undefined {
    const all = this.#tenant.workspace.deployments;
    const fit = all.filter(({ status }) => statuses.includes(status));
    const from = (apt && fit.length > 0 ? fit : all).toReversed();
    return from[which % Math.max(1, from.length)];
  }

  #moveOf(
    kind: string,
    actor: ActorName,
    { id, index, environment }: Deployment,
    body: object | undefined,
    move: moves.Move,
  ): Operation {
    const verb = kind.split(' ')[0] ?? kind;
    const operation = this.#operation(kind, actor, ['POST', `/v1/deployments/${id}/${verb}`, body], move, environment);
    return { ...operation, line: `${operation.line} (#${index})` };
  }

  vote(actor: ActorName, of: Deployment, decision: 'approved' | 'rejected'): Operation {
    const yes = decision === 'approved';
    const move = moves.vote(actor, of.index, decision);
    return this.#moveOf(yes ? 'approve' : 'reject', actor, of, yes ? undefined : { comment: 'no' }, move);
  }

  deploy(actor: ActorName, of: Deployment, breakGlass: boolean): Operation {
    const body = breakGlass ? { breakGlass, reason: 'it burns' } : undefined;
    return this.#moveOf(
      breakGlass ? 'deploy by break-glass' : 'deploy',
      actor,
      of,
      body,
      moves.deploy(actor, of.index, breakGlass),
    );
  }

  cancel = (actor: ActorName, of: Deployment): Operation =>
    this.#moveOf('cancel', actor, of, undefined, moves.cancel(actor, of.index));

  rollback = (actor: ActorName, of: Deployment): Operation =>
    this.#moveOf('rollback', actor, of, { reason: 'wrong' }, moves.rollback(actor, of.index));

  /** A move of this tenant's deployment by the owner of another. */
  stranger(other: Tenant, verb: string, { id, environment }: Deployment): Operation {
    const body = { reject: { comment: 'no' }, rollback: { reason: 'mine' } }[verb];
    const path = `/v1/deployments/${id}/${verb}`;
    const operation = this.#operation('stranger', 'owner', ['POST', path, body], moves.askAsStranger(), environment);
    return {
      ...operation,
      line: `${other.label}, a stranger: ${verb} ${id}`,
      send: () => other.send.owner('POST', path, body),
    };
  }

  /** What a move command asks for, or null where there is nothing to ask it of. */
  of(command: MoveCommand): Operation | null {
    const on = (of: Deployment | undefined, make: (of: Deployment) => Operation): Operation | null =>
      of === undefined ? null : make(of);
    switch (command.do) {
      case 'request':
        return this.request(command);
      case 'vote':
        return on(this.pick(command, 'pending'), (of) => this.vote(command.actor, of, command.decision));
      case 'deploy':
        return on(this.pick(command, ...(command.breakGlass ? (['pending'] as const) : []), 'approved'), (of) =>
          this.deploy(command.actor, of, command.breakGlass),
        );
      case 'cancel':
        return on(this.pick(command, 'pending', 'approved'), (of) => this.cancel(command.actor, of));
      case 'rollback':
        return on(this.pick(command, 'deployed'), (of) => this.rollback(command.actor, of));
      case 'role': {
        const { person, role } = command;
        const call: [string, string, object] = ['PATCH', `/v1/members/${this.#tenant.ids[person]}`, { role }];
        return this.#operation('role', 'owner', call, moves.changeRole(person, role));
      }
      case 'policy': {
        const { actor, environment, low, high, critical } = command;
        // Low and medium alike: telling them apart would take the whole of the risk rules.
        const body = { requiredApprovals: { low, medium: low, high, critical } };
        const move = moves.changePolicy(actor, environment, { low, high, critical });
        return this.#operation('policy', actor, ['PATCH', `/v1/environments/${environment}`, body], move);
      }
      case 'glass': {
        const { on: breakGlass } = command;
        return this.#operation(
          'glass',
          'owner',
          ['PATCH', '/v1/tenant', { breakGlass }],
          moves.switchBreakGlass(breakGlass),
        );
      }
      case 'delete': {
        const { actor } = command;
        const { type, name } = this.#entry(command);
        return this.#operation(
          'delete',
          actor,
          ['DELETE', entryPath(type, name)],
          moves.deleteEntry(actor, type, name),
        );
      }
      case 'translate':
        return this.translate(command);
    }
  }

  /** Who could approve a deployment now, as the model sees it. */
  approversOf(of: Deployment): ActorName[] {
    const { workspace } = this.#tenant;
    const authors = authorsOf(workspace, of);
    return (['approver', 'second', 'admin', 'owner'] as const).filter(
      (person) => moves.may(workspace, person, 'approve') && person !== of.requester && !authors.has(person),
    );
  }
}
