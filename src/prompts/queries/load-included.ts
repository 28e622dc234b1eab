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
  /** Null: a chat, which is not a text to include. */
  text: string | null;
  variables: VariableDeclaration[];
}

/** What texts include, in one locale: the newest version where no tag is named. */
export async function loadIncluded(
  context: TenantContext,
  texts: readonly string[],
  locale: string,
): Promise<{ lookup: Lookup; variables: VariableDeclaration[] }> {
  const found = new Map<string, Included | null>();
  let bytes = 0;
  let pending = includesOf(texts);
  for (let depth = 0; depth < DEPTH_MAX && pending.length > 0; depth++) {
    const loaded: Included[] = [];
    for (let from = 0; from < pending.length; from += LOADED_AT_ONCE) {
      const included = await loadSome(context, pending.slice(from, from + LOADED_AT_ONCE), locale, found);
      bytes += included.reduce((sum, { text }) => sum + utf8Length(text ?? ''), 0);
      // Each is put in at least once.
      if (bytes > RESOLVED_MAX)
        throw new AppError('incompatible', `With its includes it exceeds ${RESOLVED_MAX} bytes.`);
      loaded.push(...included);
    }
    pending = includesOf(loaded.flatMap(({ text }) => text ?? [])).filter((ref) => !found.has(keyOfInclude(ref)));
  }
  const variables = [...found.values()].flatMap((included) => included?.variables ?? []);
  return { lookup: lookupIn(found), variables };
}

/** Loads a few, and notes those that are not there. */
async function loadSome(
  { db, scope }: TenantContext,
  refs: readonly IncludeRef[],
  locale: string,
  found: Map<string, Included | null>,
): Promise<Included[]> {
  const toRef = ({ type, name, tag }: IncludeRef) => ({ type, nameOrId: name, tag: tag === '' ? 'latest' : tag });
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
    const [text = null] = version.kind === 'text' ? textsOf(serveIn(version, locale).content) : [];
    const included = { key: `${ref.type}:${version.name}@${version.tag}`, text, variables: version.variables };
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
