import { MAX_FINDINGS, shown } from './findings.ts';
import type { TemplateFinding } from './findings.ts';
import type { SectionNode } from './nodes.ts';
import type { ParsedTemplate } from './parse.ts';
import { usesIn } from './uses.ts';
import type { VariableUse } from './uses.ts';
import type { VariableType } from './values.ts';

/** As much of a declaration as the checks need. */
export interface DeclaredName {
  name: string;
  type?: VariableType;
}

/**
 * Compares what the templates of one version use with what it declares.
 *
 * - `variable_undeclared`, once for each name and template, at its first use. A name inside a section may be a field of
 *   the section's value, so it is reported only where no section around it can have fields.
 * - `variable_unused`, without a position. Left out while a template still has includes: they may use it.
 */
export function checkVariables(templates: ParsedTemplate[], declared: readonly DeclaredName[]): TemplateFinding[] {
  const declarations = new Map(declared.map((declaration) => [declaration.name, declaration]));
  const used = new Set(templates.flatMap(({ variables }) => variables.map(({ name }) => name)));
  const findings = templates.flatMap((template, index) => undeclaredIn(template, index, declarations));
  if (templates.every(({ includes }) => includes.length === 0)) {
    for (const name of declarations.keys()) if (!used.has(name)) findings.push(unused(name));
  }
  return findings.slice(0, MAX_FINDINGS);
}

/**
 * The declarations that templates imply when none are written. A variable is required when the text needs it
 * everywhere: used outside of every section, and never a section itself.
 */
export function inferVariables(templates: ParsedTemplate[]): { name: string; required: boolean }[] {
  const required = new Map<string, boolean>();
  for (const { variables } of templates) {
    for (const { name, section } of variables) required.set(name, (required.get(name) ?? false) || !section);
  }
  for (const { tokens } of templates) {
    for (const { name, isSection } of usesIn(tokens)) if (isSection) required.set(name, false);
  }
  return [...required].map(([name, isRequired]) => ({ name, required: isRequired }));
}

type Declarations = ReadonlyMap<string, DeclaredName>;

function undeclaredIn(template: ParsedTemplate, index: number, declarations: Declarations): TemplateFinding[] {
  const found = new Map<string, TemplateFinding>();
  for (const use of usesIn(template.tokens)) {
    if (found.size >= MAX_FINDINGS) break;
    if (declarations.has(use.name) || found.has(use.name) || mayBeField(use, declarations)) continue;
    found.set(use.name, {
      code: 'variable_undeclared',
      message: `The variable "${shown(use.name)}" is used but not declared.`,
      position: use.position,
      name: use.name,
      template: index,
    });
  }
  return [...found.values()];
}

function mayBeField(use: VariableUse, declarations: Declarations): boolean {
  return use.within.some((section) => !section.inverted && mayHaveFields(section, declarations));
}

function mayHaveFields({ path }: SectionNode, declarations: Declarations): boolean {
  const [root, ...rest] = path;
  const type = root === undefined ? undefined : declarations.get(root)?.type;
  return rest.length > 0 || !(type === 'string' || type === 'number' || type === 'boolean');
}

function unused(name: string): TemplateFinding {
  const message = `The variable "${shown(name)}" is declared but never used.`;
  return { code: 'variable_unused', message, position: null, name };
}
