import type { Position } from './position.ts';
import type { Include } from './scan.ts';

/** One piece of a parsed template. A path is a dotted name in parts; the empty path is `{{.}}`. */
export type TemplateNode =
  | { kind: 'text'; text: string }
  | { kind: 'variable'; path: string[]; position: Position }
  | { kind: 'include'; include: Include }
  | { kind: 'section'; inverted: boolean; path: string[]; position: Position; children: TemplateNode[] };

export type SectionNode = Extract<TemplateNode, { kind: 'section' }>;
