import fc from 'fast-check';
import {
  ENVIRONMENTS,
  type EntryType,
  type EnvironmentName,
  LOCALES,
  NAMES,
  type ActorName,
  type PersonName,
  type Role,
} from './workspace.ts';

/*
 * What somebody may try next. Numbers are looked up in what is there when it is tried (the newest is 0), so that a
 * sequence still means something when others of its commands are taken out.
 */

/** An entry that is there, or, where it is stray, one of all that could be. */
export interface EntryChoice {
  entry: number;
  stray: boolean;
}

/** An include: mostly of what is older, so that most texts come to an end. */
export interface Mention extends EntryChoice {
  /** `1.0.<n>`, or null for whatever is active. */
  tag: number | null;
}

export interface DraftCommand {
  own: 'en' | 'de';
  /** For each text: what it includes. */
  includes: Mention[][];
  translations: { locale: string; includes: Mention[][] }[];
}

/** A version that is to be served beside another: which of the others. */
export interface BesideCommand {
  which: number;
  weight: number;
}

export interface ItemCommand extends EntryChoice {
  /** How many versions before the newest; null: `latest`. */
  back: number | null;
  /** Of prompts. */
  beside: BesideCommand[];
}

export interface Choice {
  /** Only those for which it could succeed, if there are any. */
  apt: boolean;
  which: number;
}

export interface RequestCommand {
  environment: EnvironmentName;
  items: ItemCommand[];
  /** Brings what the items include and is not active. */
  whole: boolean;
  /** Leaves in what stands there twice. */
  twice: boolean;
}

export type MoveCommand =
  | ({ do: 'request'; actor: ActorName; declared: 'low' | 'high' | 'critical' | null; auto: boolean } & RequestCommand)
  | ({ do: 'vote'; actor: ActorName; decision: 'approved' | 'rejected' } & Choice)
  | ({ do: 'cancel' | 'rollback'; actor: ActorName } & Choice)
  | ({ do: 'deploy'; actor: ActorName; breakGlass: boolean } & Choice)
  | { do: 'role'; person: Exclude<PersonName, 'owner'>; role: Role }
  | { do: 'policy'; actor: ActorName; environment: EnvironmentName; low: number; high: number; critical: number }
  | { do: 'glass'; on: boolean }
  | ({ do: 'delete'; actor: ActorName } & EntryChoice)
  | ({
      do: 'translate';
      actor: ActorName;
      back: number;
      locale: string;
      includes: Mention[][];
      same: boolean;
    } & EntryChoice);

/** What goes wrong while it is deployed: KV refuses a write, or the objects are taken down so many ms after the beginning. */
export type Mishap = null | 'kv' | { crashAfter: number };

export type Command = { tenant: number } & (
  | MoveCommand
  | { do: 'create'; actor: ActorName; type: EntryType; name: string; chat: boolean; draft: DraftCommand }
  | ({ do: 'version'; actor: ActorName; again: boolean; draft: DraftCommand } & EntryChoice)
  | ({ do: 'release'; actor: ActorName; mishap: Mishap } & RequestCommand)
  | {
      do: 'revise';
      actor: ActorName;
      environment: EnvironmentName;
      which: number;
      draft: DraftCommand;
      beside: BesideCommand[];
      mishap: Mishap;
    }
  | ({ do: 'undo'; actor: ActorName; kvFails: boolean } & Choice)
  | { do: 'together'; first: MoveCommand; second: MoveCommand; evicting: boolean }
  | { do: 'together again'; first: MoveCommand }
  | ({ do: 'stranger'; verb: 'approve' | 'reject' | 'cancel' | 'deploy' | 'rollback' } & Choice)
  | { do: 'evict' }
  | { do: 'alarm'; environment: EnvironmentName }
);

/** Every entry that a tenant may have: so few that names meet. */
export const COMBINATIONS = (['asset', 'prompt'] as const).flatMap((type) => NAMES.map((name) => ({ type, name })));

const type = fc.constantFrom<EntryType>('asset', 'prompt');
const name = fc.constantFrom(...NAMES);
const environment = fc.constantFrom<EnvironmentName>(...ENVIRONMENTS);
const locale = fc.constantFrom(...LOCALES);
const often = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
const seldom = (weight: number): fc.Arbitrary<boolean> => often(weight).map((value) => !value);

const anybody = fc.constantFrom<ActorName>('editor', 'admin', 'owner', 'approver', 'second', 'key');
const writer = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<ActorName>('editor') },
  { weight: 2, arbitrary: fc.constantFrom<ActorName>('admin', 'key', 'owner') },
  { weight: 1, arbitrary: anybody },
);
const reviewer = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<ActorName>('approver', 'second', 'admin', 'owner') },
  { weight: 1, arbitrary: anybody },
);

const mention: fc.Arbitrary<Mention> = fc.record({
  entry: fc.nat(5),
  stray: seldom(14),
  tag: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(1) },
  ),
});
const mentions = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Mention[]>([]) },
  { weight: 5, arbitrary: mention.map((one) => [one]) },
  { weight: 2, arbitrary: fc.array(mention, { minLength: 2, maxLength: 2 }) },
);
const texts = fc.tuple(mentions, fc.constant<Mention[]>([]));

const draft: fc.Arbitrary<DraftCommand> = fc
  .record({
    own: fc.oneof(
      { weight: 4, arbitrary: fc.constant('en' as const) },
      { weight: 1, arbitrary: fc.constant('de' as const) },
    ),
    includes: texts,
    translations: fc.oneof(
      { weight: 2, arbitrary: fc.constant<DraftCommand['translations']>([]) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(fc.record({ locale, includes: texts }), {
          maxLength: 2,
          selector: (one) => one.locale,
        }),
      },
    ),
  })
  .map((made) => ({ ...made, translations: made.translations.filter((one) => one.locale !== made.own) }));

const entry = { entry: fc.nat(5), stray: seldom(12) };
const beside: fc.Arbitrary<BesideCommand[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<BesideCommand[]>([]) },
  {
    weight: 3,
    arbitrary: fc.array(fc.record({ which: fc.nat(2), weight: fc.constantFrom(1, 50, 1000) }), {
      minLength: 1,
      maxLength: 2,
    }),
  },
);
const item: fc.Arbitrary<ItemCommand> = fc.record({
  ...entry,
  beside,
  back: fc.oneof({ weight: 6, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constant(null) }),
});
const items = fc.oneof(
  { weight: 3, arbitrary: item.map((one) => [one]) },
  { weight: 2, arbitrary: fc.array(item, { minLength: 2, maxLength: 3 }) },
);
const choice = { apt: often(5), which: fc.nat(3) };
const target = { environment, items, whole: often(6), twice: seldom(12) };

const of = <D extends string, T extends object>(
  what: D,
  fields: { [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<{ do: D } & T> => fc.record(fields).map((made) => ({ do: what, ...made }));

const approvals = fc.constantFrom(0, 1, 2);
const requests = of('request', {
  actor: writer,
  ...target,
  declared: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom<'low' | 'high' | 'critical'>('low', 'high', 'critical') },
  ),
  auto: seldom(3),
});
const votes = of('vote', {
  actor: reviewer,
  ...choice,
  decision: often(6).map((yes) => (yes ? ('approved' as const) : ('rejected' as const))),
});
const deploys = of('deploy', { actor: fc.oneof(writer, reviewer), breakGlass: seldom(4), ...choice });
const rollbacks = of('rollback', { actor: reviewer, ...choice });
const cancels = of('cancel', { actor: writer, ...choice });
const roles = of('role', {
  person: fc.constantFrom<Exclude<PersonName, 'owner'>>('approver', 'second', 'admin', 'editor'),
  role: fc.constantFrom<Role>('approver', 'editor', 'viewer', 'admin'),
});
const policies = of('policy', {
  actor: fc.constantFrom<ActorName>('owner', 'admin', 'editor'),
  environment,
  low: approvals,
  high: approvals,
  critical: approvals,
});
const glasses = of('glass', { on: fc.boolean() });
const deletions = of('delete', { actor: writer, ...entry });
const translations = of('translate', {
  actor: writer,
  ...entry,
  back: fc.nat(1),
  locale,
  includes: texts,
  same: seldom(5),
});

const move: fc.Arbitrary<MoveCommand> = fc.oneof(
  { weight: 6, arbitrary: requests },
  { weight: 8, arbitrary: votes },
  { weight: 6, arbitrary: deploys },
  { weight: 5, arbitrary: rollbacks },
  { weight: 2, arbitrary: cancels },
  { weight: 2, arbitrary: roles },
  { weight: 2, arbitrary: policies },
  { weight: 1, arbitrary: glasses },
  { weight: 3, arbitrary: deletions },
  { weight: 2, arbitrary: translations },
);

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 24, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.constant('kv' as const) },
  { weight: 1, arbitrary: fc.record({ crashAfter: fc.nat(40) }) },
);

const creations = of('create', { actor: writer, type, name, chat: seldom(7), draft });
const anything = fc.oneof(
  { weight: 26, arbitrary: move as fc.Arbitrary<any> },
  { weight: 6, arbitrary: creations },
  { weight: 12, arbitrary: of('version', { actor: writer, ...entry, again: seldom(8), draft }) },
  { weight: 34, arbitrary: of('release', { actor: writer, mishap, ...target }) },
  { weight: 18, arbitrary: of('revise', { actor: writer, environment, which: fc.nat(5), draft, beside, mishap }) },
  { weight: 14, arbitrary: of('undo', { actor: reviewer, kvFails: seldom(8), ...choice }) },
  { weight: 9, arbitrary: of('together', { first: move, second: move, evicting: seldom(5) }) },
  { weight: 4, arbitrary: of('together again', { first: move }) },
  {
    weight: 2,
    arbitrary: of('stranger', {
      verb: fc.constantFrom<'approve' | 'reject' | 'cancel' | 'deploy' | 'rollback'>(
        'approve',
        'deploy',
        'rollback',
        'cancel',
        'reject',
      ),
      ...choice,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'evict' }) },
  { weight: 3, arbitrary: of('alarm', { environment }) },
) as fc.Arbitrary<Command>;

/** Something to deploy, under names of which each is there once. */
const beginning = (tenant: number): fc.Arbitrary<Command[]> =>
  fc
    .tuple(
      fc.shuffledSubarray(COMBINATIONS, { minLength: 3 }),
      fc.array(
        fc.record({ actor: fc.constantFrom<ActorName>('editor', 'admin', 'key', 'owner'), chat: seldom(9), draft }),
        {
          minLength: COMBINATIONS.length,
          maxLength: COMBINATIONS.length,
        },
      ),
    )
    .map(([entries, makings]) =>
      entries.flatMap((made, i): Command[] => {
        const making = makings[i];
        return making === undefined ? [] : [{ do: 'create', tenant, ...made, ...making }];
      }),
    );

const inTenant = (others: fc.Arbitrary<number>): fc.Arbitrary<Command> =>
  fc.tuple(others, anything).map(([tenant, made]) => ({ ...made, tenant }));

const rest = (others: fc.Arbitrary<number>): fc.Arbitrary<Command[]> =>
  fc.array(inTenant(others), { minLength: 5, maxLength: 20, size: 'max' });

/** Some 25 commands: in one tenant, or in two that use the same names. */
export const sequence: fc.Arbitrary<Command[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(beginning(0), rest(fc.constant(0))).map((parts) => parts.flat()),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(beginning(0), beginning(1), rest(fc.constantFrom(0, 1))).map((parts) => parts.flat()),
  },
);
