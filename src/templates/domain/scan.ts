import { MAX_FINDINGS, shown } from './findings.ts';
import type { TemplateFinding, TemplateFindingCode } from './findings.ts';
import { isInclude, parseIncludeName } from './include-name.ts';
import type { IncludeName } from './include-name.ts';
import { positionsIn } from './position.ts';
import type { Position } from './position.ts';
import { tagsOf } from './tags.ts';
import type { Tag } from './tags.ts';

/** An include tag found in a template. */
export interface Include extends IncludeName {
  position: Position;
}

export interface IncludeTag {
  include: Include;
  start: number;
  end: number;
  /** How many sections are open around it. */
  depth: number;
}

export interface Scan {
  includes: IncludeTag[];
  /** The deepest nesting of sections. */
  depth: number;
  findings: TemplateFinding[];
  positionAt: (offset: number) => Position;
}

/** Sections nest this deep at most, so that every later walk may recurse. */
export const MAX_SECTION_DEPTH = 100;

// mustache.js takes quadratic time over a run of spaces inside a tag.
const TOO_MANY_SPACES = /\s{101}/;
// Braces mean that a tag before was left open; control characters include line breaks.
const FORBIDDEN_IN_VARIABLE = /[{}\p{Cc}\p{Zl}\p{Zp}]/u;
const HANDLEBARS_BLOCK = /^(?:if|unless|each|with)\s+\S/;

interface Walk extends Scan {
  open: Tag[];
  tooDeep: boolean;
}

/** Reads the tags of a template, without building it: its includes, its nesting, and everything that is wrong. */
export function scanTemplate(text: string): Scan {
  const walk: Walk = {
    includes: [],
    depth: 0,
    findings: [],
    positionAt: positionsIn(text),
    open: [],
    tooDeep: false,
  };
  for (const tag of tagsOf(text)) {
    checkTag(walk, tag);
    if (walk.tooDeep || walk.findings.length >= MAX_FINDINGS) return walk;
  }
  for (const tag of walk.open) {
    report(walk, tag, 'template_syntax', `The section "${shown(tag.value)}" is never closed. Close it with {{/name}}.`);
    if (walk.findings.length >= MAX_FINDINGS) break;
  }
  return walk;
}

function report(walk: Walk, tag: Tag, code: TemplateFindingCode, message: string, name?: string): void {
  walk.findings.push({ code, message, position: walk.positionAt(tag.start), ...(name === undefined ? {} : { name }) });
}

function checkTag(walk: Walk, tag: Tag): void {
  if (!tag.closed) {
    const [opening, closing] = tag.sigil === '{' ? ['{{{', '}}}'] : ['{{', '}}'];
    return report(walk, tag, 'template_syntax', `This tag opens with ${opening} but never closes with ${closing}.`);
  }
  if (tag.sigil === '=') {
    return report(
      walk,
      tag,
      'unsupported_tag',
      'Delimiters cannot be changed: an include would be read with them. Use {{ and }}.',
    );
  }
  if (TOO_MANY_SPACES.test(tag.value)) {
    return report(walk, tag, 'template_syntax', 'A tag may not hold more than 100 spaces in a row.');
  }
  switch (tag.sigil) {
    case '!':
      return;
    case '>':
      return report(walk, tag, 'unsupported_tag', partialMessage(tag.value), tag.value);
    case '#':
    case '^':
      return openSection(walk, tag);
    case '/':
      return closeSection(walk, tag);
    default:
      return isInclude(tag.value) ? checkInclude(walk, tag) : checkVariable(walk, tag);
  }
}

function partialMessage(value: string): string {
  const name = isInclude(value) ? shown(value) : `asset:${shown(value)}`;
  return `Partials are not supported: include an asset or a prompt instead, as in {{${name}}}.`;
}

function checkInclude(walk: Walk, tag: Tag): void {
  const parsed = parseIncludeName(tag.value);
  if (!parsed.ok) return report(walk, tag, 'include_name_invalid', parsed.message, parsed.name);
  walk.includes.push({
    include: { ...parsed.include, position: walk.positionAt(tag.start) },
    start: tag.start,
    end: tag.end,
    depth: walk.open.length,
  });
}

function checkVariable(walk: Walk, tag: Tag): void {
  const problem = variableProblem(tag.value);
  if (problem !== null) report(walk, tag, 'template_syntax', problem);
}

function variableProblem(name: string): string | null {
  if (name === '') return 'This tag is empty. Write the name of a variable between the braces.';
  if (FORBIDDEN_IN_VARIABLE.test(name)) {
    return `"${shown(name)}" is no variable's name: it holds a brace, a line break or a control character. Is a tag left open?`;
  }
  if (name !== '.' && name.split('.').includes('')) {
    return `"${shown(name)}" has an empty part: write dotted names as in {{user.name}}.`;
  }
  return null;
}

function openSection(walk: Walk, tag: Tag): void {
  if (walk.open.length >= MAX_SECTION_DEPTH) {
    walk.tooDeep = true;
    return report(walk, tag, 'template_syntax', `Sections may be nested ${MAX_SECTION_DEPTH} deep at most.`);
  }
  if (isInclude(tag.value)) {
    const message = `An include cannot be a section: write {{${shown(tag.value)}}}, inside a section on a variable if need be.`;
    report(walk, tag, 'unsupported_tag', message, tag.value);
  } else {
    checkVariable(walk, tag);
  }
  walk.open.push(tag);
  walk.depth = Math.max(walk.depth, walk.open.length);
}

function closeSection(walk: Walk, tag: Tag): void {
  const innermost = walk.open.at(-1);
  if (innermost?.value === tag.value) {
    walk.open.pop();
    return;
  }
  report(walk, tag, 'template_syntax', unmatchedMessage(walk, tag, innermost), tag.value);
  // Go on from the section that was meant, so that one slip is reported once.
  const meant = walk.open.findLastIndex((open) => open.value === tag.value);
  if (meant !== -1) walk.open.length = meant;
  else if (innermost !== undefined && HANDLEBARS_BLOCK.test(innermost.value)) walk.open.pop();
}

function unmatchedMessage(walk: Walk, tag: Tag, open: Tag | undefined): string {
  const closing = shown(tag.value);
  if (open === undefined) return `{{/${closing}}} closes a section that is not open. Open it with {{#${closing}}}.`;
  const { line, column } = walk.positionAt(open.start);
  const name = shown(open.value);
  const hint = HANDLEBARS_BLOCK.test(open.value) ? ' Mustache has no blocks like {{#if x}}: write {{#x}}…{{/x}}.' : '';
  return `{{/${closing}}} does not close "${name}", opened at line ${line}, column ${column}: write {{/${name}}} first.${hint}`;
}
