import type { SectionNode, TemplateNode } from './nodes.ts';
import type { ParsedTemplate } from './parse.ts';
import type { JsonValue } from './values.ts';

/** Rendering one template looks at this many names at most: nested sections over lists multiply. */
const MAX_STEPS = 1_000_000;
/** The rendered text holds this many UTF-16 units at most. */
const MAX_OUTPUT = 10 * 1024 * 1024;

/** Thrown by {@link renderTemplate} when the values would make it work, or write, beyond its limits. */
export class RenderLimitError extends Error {
  override readonly name = 'RenderLimitError';
  readonly code = 'too_large';
}

/** A value that names are looked up in, and the one around it. */
interface Context {
  value: JsonValue | undefined;
  outer: Context | null;
}

interface Output {
  parts: string[];
  length: number;
  steps: number;
}

/**
 * Renders a template whose includes are resolved. Nothing is escaped, values are never parsed again, only own
 * properties are read and functions are never called.
 *
 * @throws RenderLimitError beyond a million steps or ten million characters.
 * @throws Error when an include is left in the template: resolving comes first.
 */
export function renderTemplate(template: ParsedTemplate, values: Record<string, JsonValue>): string {
  const output: Output = { parts: [], length: 0, steps: 0 };
  const [include] = template.includes;
  if (include !== undefined) throw unresolved(include);
  renderNodes(template.tokens, { value: values, outer: null }, output);
  return output.parts.join('');
}

function renderNodes(nodes: readonly TemplateNode[], context: Context, output: Output): void {
  for (const node of nodes) {
    spend(output);
    if (node.kind === 'text') write(output, node.text);
    else if (node.kind === 'variable') write(output, toText(lookup(node.path, context, output)));
    else if (node.kind === 'section') renderSection(node, context, output);
    else throw unresolved(node.include);
  }
}

function renderSection(node: SectionNode, context: Context, output: Output): void {
  const value = lookup(node.path, context, output);
  const items = Array.isArray(value) ? value : value ? [value] : [];
  if (node.inverted) {
    if (items.length === 0) renderNodes(node.children, context, output);
    return;
  }
  for (const item of items) {
    spend(output);
    renderNodes(node.children, { value: item, outer: context }, output);
  }
}

/**
 * The value of a dotted name. As the Mustache specification has it, the nearest context that knows the first part
 * decides, and the other parts are looked for in what it holds.
 */
function lookup(path: readonly string[], context: Context, output: Output): JsonValue | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return withoutFunctions(context.value);
  for (let at: Context | null = context; at !== null; at = at.outer) {
    spend(output);
    // The length of a nested list must not hide a variable called length.
    if (Array.isArray(at.value) || !knows(at.value, first)) continue;
    return rest.reduce<JsonValue | undefined>(ownProperty, ownProperty(at.value, first));
  }
  return undefined;
}

function knows(value: JsonValue | undefined, name: string): value is JsonValue[] | { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

function ownProperty(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (!knows(value, name)) return undefined;
  // An own property of a list is an index or its length.
  return withoutFunctions((value as { [key: string]: JsonValue })[name]);
}

function withoutFunctions(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === 'function' ? undefined : value;
}

function toText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function write(output: Output, text: string): void {
  output.length += text.length;
  if (output.length > MAX_OUTPUT) throw new RenderLimitError(`The rendered text exceeds ${MAX_OUTPUT} characters.`);
  output.parts.push(text);
}

function spend(output: Output): void {
  output.steps += 1;
  if (output.steps > MAX_STEPS) throw new RenderLimitError(`Rendering takes more than ${MAX_STEPS} steps.`);
}

function unresolved({ type, name, position }: ParsedTemplate['includes'][number]): Error {
  return new Error(`Cannot render: the include {{${type}:${name}}} at offset ${position.offset} is not resolved.`);
}
