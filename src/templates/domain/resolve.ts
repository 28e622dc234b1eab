import { MAX_FINDINGS, shown } from './findings.ts';
import type { Position } from './position.ts';
import { MAX_SECTION_DEPTH, scanTemplate } from './scan.ts';
import type { Include, IncludeTag, Scan } from './scan.ts';
import { utf8Length } from './utf8.ts';

/** What an include stands for: `key` is its identity, the same for the same item and version. */
export type LookupResult = { ok: true; key: string; text: string } | { ok: false; code: string; message: string };

/** Finds the text of an include. `chain` holds the keys from the root to the text that the include stands in. */
export type Lookup = (include: Include, chain: readonly string[]) => LookupResult;

export interface ResolveFinding {
  /**
   * `include_cycle`, `include_too_deep`, `too_large`, the code of a finding of {@link scanTemplate} (`template_syntax`,
   * `unsupported_tag`, `include_name_invalid`), or the code that the lookup gave, such as `include_unresolved`.
   */
  code: string;
  message: string;
  /** The keys from the root to the text that the position is in; for a cycle and for depth, on to the item in question. */
  path: string[];
  position: Position | null;
}

export interface ResolveOptions {
  /** The identity of the template itself, as the lookup would give it. */
  root: string;
  /** How many includes deep, 5 unless said otherwise. */
  maxDepth?: number;
  /** How long the result may be in UTF-8 bytes, 1 MiB unless said otherwise. */
  maxBytes?: number;
}

export type ResolveResult =
  | { ok: true; text: string; /** The keys of all that was included, each once. */ included: string[] }
  | { ok: false; findings: ResolveFinding[] };

const DEFAULT_MAX_DEPTH = 5;
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** Below the depth that is allowed the search goes on, so that a long cycle is called one, but not for ever. */
const MAX_CHAIN = 100;

/** One text with what its includes stand for. Its numbers hold for the text that comes out of it. */
interface Item {
  key: string;
  pieces: (string | Item)[];
  bytes: number;
  /** How deep its sections nest, and how deep its includes. */
  sectionDepth: number;
  /** The longest chain of keys below it. */
  tail: string[];
  first: string;
  last: string;
}

interface Walk {
  lookup: Lookup;
  maxDepth: number;
  findings: ResolveFinding[];
  done: Map<string, Item>;
}

/** A text on its way: where it stands, and what was read of it. */
interface Frame {
  text: string;
  chain: string[];
  scan: Scan;
}

/**
 * Replaces every include by the text it stands for, and so on within that text. Each item is looked at once, however
 * often it is included, and nothing is put together before its size is known. The text that comes out is a template:
 * what would not join to one is refused.
 */
export function resolveIncludes(text: string, lookup: Lookup, options: ResolveOptions): ResolveResult {
  const { root, maxDepth = DEFAULT_MAX_DEPTH, maxBytes = DEFAULT_MAX_BYTES } = options;
  const walk: Walk = { lookup, maxDepth, findings: [], done: new Map() };
  const item = visit(walk, text, [root]);
  if (item.bytes > maxBytes && walk.findings.length === 0) walk.findings.push(tooLarge(item, maxBytes));
  if (walk.findings.length > 0) return { ok: false, findings: walk.findings.slice(0, MAX_FINDINGS) };
  const included = [...walk.done.keys()].filter((key) => key !== root);
  return { ok: true, text: textOf(item, new Map()), included };
}

function visit(walk: Walk, text: string, chain: string[]): Item {
  const scan = scanTemplate(text);
  const frame: Frame = { text, chain, scan };
  for (const { code, message, position } of scan.findings) walk.findings.push({ code, message, path: chain, position });
  const item = emptyItem(chain.at(-1) ?? '', scan.depth);
  // A text that is broken is not searched further: where its includes stand is a guess.
  if (scan.findings.length === 0) assemble(walk, frame, item);
  walk.done.set(item.key, item);
  return item;
}

function emptyItem(key: string, sectionDepth: number): Item {
  return { key, pieces: [], bytes: 0, sectionDepth, tail: [], first: '', last: '' };
}

function assemble(walk: Walk, frame: Frame, item: Item): void {
  let from = 0;
  for (const tag of frame.scan.includes) {
    if (walk.findings.length >= MAX_FINDINGS) return;
    append(walk, frame, item, frame.text.slice(from, tag.start), from);
    const child = follow(walk, frame, tag);
    if (child !== null) appendChild(walk, frame, item, child, tag);
    from = tag.end;
  }
  append(walk, frame, item, frame.text.slice(from), from);
}

/** The item that an include stands for, or null when that was found to be impossible. */
function follow(walk: Walk, frame: Frame, { include }: IncludeTag): Item | null {
  const { chain } = frame;
  const refuse = (code: string, message: string, path: string[]): null => {
    walk.findings.push({ code, message, path, position: include.position });
    return null;
  };
  const crosses = chain.length === walk.maxDepth + 1;
  const found = walk.lookup(include, chain);
  if (found.ok && chain.includes(found.key)) {
    return refuse('include_cycle', `${label(include)} includes itself.`, [...chain, found.key]);
  }
  if (crosses) refuse('include_too_deep', tooDeepMessage(walk, include), found.ok ? [...chain, found.key] : chain);
  if (!found.ok) return isBeyond(walk, chain) ? null : refuse(found.code, found.message, chain);
  const known = walk.done.get(found.key);
  if (known !== undefined) {
    if (!isBeyond(walk, chain) && chain.length + known.tail.length > walk.maxDepth) {
      refuse('include_too_deep', tooDeepMessage(walk, include), [...chain, found.key, ...known.tail]);
    }
    return known;
  }
  return chain.length < MAX_CHAIN ? visit(walk, found.text, [...chain, found.key]) : null;
}

/** Whether includes here are too deep already, which is reported where the limit is crossed and nowhere else. */
function isBeyond(walk: Walk, chain: readonly string[]): boolean {
  return chain.length > walk.maxDepth;
}

function appendChild(walk: Walk, frame: Frame, item: Item, child: Item, tag: IncludeTag): void {
  append(walk, frame, item, child, tag.start);
  if (child.tail.length + 1 > item.tail.length) item.tail = [child.key, ...child.tail];
  const depth = tag.depth + child.sectionDepth;
  if (depth > MAX_SECTION_DEPTH && item.sectionDepth <= MAX_SECTION_DEPTH) {
    const message = `Sections nest more than ${MAX_SECTION_DEPTH} deep once ${label(tag.include)} is included.`;
    walk.findings.push({ code: 'template_syntax', message, path: frame.chain, position: tag.include.position });
  }
  item.sectionDepth = Math.max(item.sectionDepth, depth);
}

function append(walk: Walk, frame: Frame, item: Item, piece: string | Item, offset: number): void {
  const isText = typeof piece === 'string';
  const first = isText ? piece.slice(0, 1) : piece.first;
  const last = isText ? piece.slice(-1) : piece.last;
  item.pieces.push(piece);
  item.bytes += isText ? utf8Length(piece) : piece.bytes;
  if (first === '') return;
  if (item.last === '{' && first === '{') walk.findings.push(joinedBraces(frame, offset));
  item.first ||= first;
  item.last = last;
}

/** Two braces that meet where texts are joined would open a tag that nobody wrote. */
function joinedBraces({ chain, scan }: Frame, offset: number): ResolveFinding {
  const message =
    'The text before ends with "{" and the text after begins with "{": joined, they would open a tag. Put a space between.';
  return { code: 'template_syntax', message, path: chain, position: scan.positionAt(offset) };
}

function tooLarge({ key, bytes }: Item, maxBytes: number): ResolveFinding {
  const message = `With its includes the text would be ${bytes} bytes long; ${maxBytes} are allowed.`;
  return { code: 'too_large', message, path: [key], position: null };
}

function tooDeepMessage({ maxDepth }: Walk, include: Include): string {
  return `${label(include)} is included too deep: includes nest ${maxDepth} deep at most.`;
}

function label({ type, name, tag }: Include): string {
  return `{{${type}:${shown(name)}${tag === null ? '' : `@${tag}`}}}`;
}

function textOf(item: Item, built: Map<Item, string>): string {
  const known = built.get(item);
  if (known !== undefined) return known;
  const text = item.pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(piece, built))).join('');
  built.set(item, text);
  return text;
}
