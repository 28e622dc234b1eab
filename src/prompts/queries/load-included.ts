import { utf8Length } from '../../kernel/bytes.ts';
import {
  type IncludeRef,
  includesOf,
  keyOfInclude,
  loadVersionsByRef,
  serveIn,
  textsOf,
} from '../../content/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Lookup, VariableDeclaration } from '../../templates/public.ts';
import { RESOLVED_MAX } from '../domain/render.ts';

const DEPTH_MAX = 5;
/** So that few versions with all their translations are in memory at once. */
const LOADED_AT_ONCE = 10;

interface Included {
  key: string;
  pin: Pins[string];
  /** Null: a chat, which is not a text to include. */
  text: string | null;
  variables: VariableDeclaration[];
}

/** What was included at some time, by `keyOfInclude`: the version that it was, and the hash of what stood there. */
export type Pins = Readonly<Record<string, { readonly tag: string; readonly contentHash: string }>>;

/**
 * What texts include, in one locale: the newest version where no tag is named.
 * @param pins what it was at another time, and is to be again @throws AppError state_conflict when that was changed since
 */
export async function loadIncluded(
  context: TenantContext,
  texts: readonly string[],
  locale: string,
  pins: Pins = {},
): Promise<{ lookup: Lookup; variables: VariableDeclaration[]; pins: Pins }> {
  const found = new Map<string, Included | null>();
  let bytes = 0;
  let pending = includesOf(texts);
  for (let depth = 0; depth < DEPTH_MAX && pending.length > 0; depth++) {
    const loaded: Included[] = [];
    for (let from = 0; from < pending.length; from += LOADED_AT_ONCE) {
      const included = await loadSome(context, pending.slice(from, from + LOADED_AT_ONCE), { locale, pins }, found);
      bytes += included.reduce((sum, { text }) => sum + utf8Length(text ?? ''), 0);
      // Each is put in at least once.
      if (bytes > RESOLVED_MAX)
        throw new AppError('incompatible', `With its includes it exceeds ${RESOLVED_MAX} bytes.`);
      loaded.push(...included);
    }
    pending = includesOf(loaded.flatMap(({ text }) => text ?? [])).filter((ref) => !found.has(keyOfInclude(ref)));
  }
  const variables = [...found.values()].flatMap((included) => included?.variables ?? []);
  const there = [...found].flatMap(([key, included]) => (included === null ? [] : [[key, included.pin] as const]));
  return { lookup: lookupIn(found), variables, pins: Object.fromEntries(there) };
}

/** Loads a few, and notes those that are not there. */
async function loadSome(
  { db, scope }: TenantContext,
  refs: readonly IncludeRef[],
  { locale, pins }: { locale: string; pins: Pins },
  found: Map<string, Included | null>,
): Promise<Included[]> {
  const pinOf = (ref: IncludeRef) => pins[keyOfInclude(ref)];
  const toRef = (ref: IncludeRef) => ({
    type: ref.type,
    nameOrId: ref.name,
    tag: ref.tag === '' ? (pinOf(ref)?.tag ?? 'latest') : ref.tag,
  });
  // Apart, since a version does not tell whether it is the newest.
  const [newest, tagged] = await Promise.all(
    [refs.filter(({ tag }) => tag === ''), refs.filter(({ tag }) => tag !== '')].map((some) =>
      loadVersionsByRef(db, scope, some.map(toRef)),
    ),
  );
  return refs.flatMap((ref) => {
    const among = (ref.tag === '' ? newest : tagged) ?? [];
    const version = among.find(
      ({ type, name, tag }) => type === ref.type && name === ref.name && (ref.tag === '' || tag === ref.tag),
    );
    const key = keyOfInclude(ref);
    if (version === undefined) {
      found.set(key, null);
      return [];
    }
    const pin = { tag: version.tag, contentHash: version.contentHash };
    if ((pinOf(ref) ?? pin).contentHash !== pin.contentHash) {
      throw new AppError(
        'state_conflict',
        `The version ${pin.tag} of the ${ref.type} "${ref.name}" was changed meanwhile.`,
      );
    }
    const [text = null] = version.kind === 'text' ? textsOf(serveIn(version, locale).content) : [];
    const included = { key: `${ref.type}:${version.name}@${version.tag}`, pin, text, variables: version.variables };
    found.set(key, included);
    return [included];
  });
}

const lookupIn =
  (found: ReadonlyMap<string, Included | null>): Lookup =>
  (include) => {
    const { type, name, tag } = include;
    const included = found.get(keyOfInclude(include));
    if (included === undefined || included === null) {
      const what = tag === null ? `${type} "${name}" with a version` : `version ${tag} of a ${type} "${name}"`;
      return { ok: false, code: 'include_unresolved', message: `There is no ${what}.` };
    }
    if (included.text !== null) return { ok: true, key: included.key, text: included.text };
    return {
      ok: false,
      code: 'include_not_text',
      message: `The prompt "${name}" is a chat: only texts can be included.`,
    };
  };
