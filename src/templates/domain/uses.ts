import type { SectionNode, TemplateNode } from './nodes.ts';
import type { Position } from './position.ts';

export interface UsedVariable {
  /** The first part of a dotted name. */
  name: string;
  /** True when it is only ever a section, an inverted section, or inside one: the template does without it. */
  section: boolean;
  /** Where it is first used. */
  position: Position;
}

/** One place that reads a variable, with the sections around it, outermost first. */
export interface VariableUse {
  name: string;
  position: Position;
  isSection: boolean;
  within: readonly SectionNode[];
}

/** Every place that reads a variable, in the order of the text. `{{.}}` reads its section, and is none. */
export function* usesIn(nodes: readonly TemplateNode[], within: readonly SectionNode[] = []): Generator<VariableUse> {
  for (const node of nodes) {
    if (node.kind === 'text' || node.kind === 'include') continue;
    const name = node.path[0];
    if (name !== undefined) yield { name, position: node.position, isSection: node.kind === 'section', within };
    if (node.kind === 'section') yield* usesIn(node.children, [...within, node]);
  }
}

/** The variables of a template, each once. */
export function usedVariables(nodes: readonly TemplateNode[]): UsedVariable[] {
  const found = new Map<string, UsedVariable>();
  for (const { name, position, isSection, within } of usesIn(nodes)) {
    const section = isSection || within.length > 0;
    const known = found.get(name);
    if (known === undefined) found.set(name, { name, section, position });
    else known.section &&= section;
  }
  return [...found.values()];
}
