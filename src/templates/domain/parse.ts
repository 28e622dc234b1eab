import Mustache from 'mustache';

import type { TemplateFinding } from './findings.ts';
import type { TemplateNode } from './nodes.ts';
import { scanTemplate } from './scan.ts';
import type { Include, Scan } from './scan.ts';
import { usedVariables } from './uses.ts';
import type { UsedVariable } from './uses.ts';

export interface ParsedTemplate {
  includes: Include[];
  variables: UsedVariable[];
  /** For this room's own use. Plain data. */
  tokens: readonly TemplateNode[];
}

export type ParseResult = { ok: true; template: ParsedTemplate } | { ok: false; findings: TemplateFinding[] };

/** What mustache.js returns: kind, value, start, end, and for a section its tokens. */
type MustacheToken = [kind: string, value: string, start: number, end: number, children?: MustacheToken[]];

/** mustache.js remembers every template it has seen, without bound, unless its cache is taken away. */
class UncachedParser extends Mustache.Writer {
  templateCache = undefined;
}

const parser = new UncachedParser();

/**
 * Parses a template, and finds everything that is wrong with it. Time and memory are linear in the text. Which line
 * breaks belong to a standalone section or comment is mustache.js's decision.
 */
export function parseTemplate(text: string): ParseResult {
  const scan = scanTemplate(text);
  if (scan.findings.length > 0) return { ok: false, findings: scan.findings };
  const parsed = mustacheTokens(text, scan);
  if (!parsed.ok) return { ok: false, findings: [parsed.finding] };
  const tokens = toNodes(parsed.tokens, scan);
  const includes = scan.includes.map(({ include }) => include);
  return { ok: true, template: { includes, variables: usedVariables(tokens), tokens } };
}

type MustacheResult = { ok: true; tokens: MustacheToken[] } | { ok: false; finding: TemplateFinding };

function mustacheTokens(text: string, scan: Scan): MustacheResult {
  try {
    // The types of mustache say `any`; the shape is documented at its parseTemplate.
    return { ok: true, tokens: parser.parse(text) as MustacheToken[] };
  } catch (error) {
    return { ok: false, finding: fromMustacheError(error, scan) };
  }
}

function toNodes(tokens: MustacheToken[], scan: Scan): TemplateNode[] {
  const includes = new Map(scan.includes.map(({ start, include }) => [start, include]));
  const convert = (list: MustacheToken[]): TemplateNode[] => list.flatMap((token) => toNode(token));
  const toNode = ([kind, value, start, , children]: MustacheToken): TemplateNode[] => {
    if (kind === 'text') return [{ kind, text: value }];
    if (kind === '!') return [];
    const include = includes.get(start);
    if (include !== undefined) return [{ kind: 'include', include }];
    const at = { path: value === '.' ? [] : value.split('.'), position: scan.positionAt(start) };
    if (children === undefined) return [{ kind: 'variable', ...at }];
    return [{ kind: 'section', inverted: kind === '^', ...at, children: convert(children) }];
  };
  return convert(tokens);
}

/** The scan finds all that mustache.js would refuse; should they ever differ, its own words are better than a crash. */
function fromMustacheError(error: unknown, scan: Scan): TemplateFinding {
  if (!(error instanceof Error)) throw error;
  const offset = / at (\d+)$/.exec(error.message)?.[1];
  return {
    code: 'template_syntax',
    message: `${error.message.replace(/ at \d+$/, '')}.`,
    position: offset === undefined ? null : scan.positionAt(Number(offset)),
  };
}
