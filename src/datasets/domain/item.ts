import { utf8Length } from '../../kernel/bytes.ts';
import { canonicalJson, type JsonValue } from '../../kernel/canonical-json.ts';

export type JsonObject = { [key: string]: JsonValue };

/** A test case: what a prompt is given, and what a good answer is. */
export interface ItemContent {
  /** The prompt's variables. */
  input: JsonObject;
  expected: string | null;
  metadata: JsonObject | null;
}

/** A test case in a dataset. Its id sorts as it was added. */
export interface Item extends ItemContent {
  id: string;
}

/** A dataset as it was at one version: that one never changes. */
export interface DatasetVersionRef {
  datasetId: string;
  version: number;
}

/** The bytes that an item takes where it is kept. */
export const bytesOf = ({ input, expected, metadata }: ItemContent): number =>
  utf8Length(JSON.stringify(input)) +
  (expected === null ? 0 : utf8Length(expected)) +
  (metadata === null ? 0 : utf8Length(JSON.stringify(metadata)));

/** Whether two items say the same. */
export const sameContent = (a: ItemContent, b: ItemContent): boolean =>
  canonicalJson([a.input, a.expected, a.metadata]) === canonicalJson([b.input, b.expected, b.metadata]);
