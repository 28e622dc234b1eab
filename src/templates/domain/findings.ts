import type { Position } from './position.ts';

/** What can be wrong with one template, or with its variables. */
export type TemplateFindingCode =
  | 'template_syntax'
  | 'unsupported_tag'
  | 'include_name_invalid'
  | 'variable_undeclared'
  | 'variable_unused';

export interface TemplateFinding {
  code: TemplateFindingCode;
  message: string;
  /** Null where the finding has no place in the text, such as a variable that is never used. */
  position: Position | null;
  /** The variable or include that the finding is about. */
  name?: string;
  /** Which of several templates it is in: the index in the list that was checked. */
  template?: number;
}

/** No list of findings grows beyond this: a hostile text must not buy a large answer. */
export const MAX_FINDINGS = 100;

/** A name as shown in a message: short, and on one line. */
export function shown(name: string): string {
  const line = name.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
