import type { JsonValue } from '../../kernel/canonical-json.ts';
import { tagsOf } from '../../templates/public.ts';

/** Units of UTF-16 that may still be looked at or put together. Below zero: too many were. */
export interface Units {
  left: number;
}

export interface DefaultsOptions {
  /** Every section is there, or only those that no default switches off. */
  sections: 'all' | 'on';
  units: Units;
}

/**
 * A template with the defaults of its variables in their places: what is read by a caller who leaves them out. All other
 * tags stand as they are, and a section whose default is a list or an object begins with it as JSON. Linear in what
 * it gives. Where the units are used up it stops, and gives the template as it is: what it would be is too long to be made.
 */
export function withDefaults(
  template: string,
  defaults: ReadonlyMap<string, JsonValue>,
  { sections, units }: DefaultsOptions,
): string {
  const parts: string[] = [];
  const put = (text: string): void => {
    units.left -= text.length;
    parts.push(text);
  };
  // For each section that is open: whether it, or one around it, is left out.
  const open: boolean[] = [];
  let at = 0;
  for (const { sigil, value, start, end } of tagsOf(template)) {
    if (units.left < 0) break;
    const isHidden = open.at(-1) ?? false;
    if (!isHidden) put(template.slice(at, start));
    at = end;
    const tag = template.slice(start, end);
    if (sigil === '#' || sigil === '^') {
      const given = defaultOf(defaults, value);
      const isOff = sections === 'on' && given !== undefined && isShown(given) !== (sigil === '#');
      open.push(isHidden || isOff);
      if (!isHidden && !isOff)
        put(typeof given === 'object' && given !== null ? `${tag}${JSON.stringify(given)}` : tag);
    } else if (sigil === '/') {
      if (open.pop() !== true) put(tag);
    } else if (!isHidden) {
      const given = sigil === '!' ? undefined : defaultOf(defaults, value);
      put(given === undefined ? tag : toText(given));
    }
  }
  put(template.slice(at));
  return units.left < 0 ? template : parts.join('');
}

/** What stands for a dotted name; undefined where its first part has no default. */
function defaultOf(defaults: ReadonlyMap<string, JsonValue>, name: string): JsonValue | undefined {
  const [first = '', ...rest] = name.split('.');
  const root = defaults.get(first);
  if (root === undefined) return undefined;
  return rest.reduce<JsonValue>((value, part) => ownProperty(value, part) ?? null, root);
}

const ownProperty = (value: JsonValue, name: string): JsonValue | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? value[name]
    : undefined;

/** As Mustache decides it. */
const isShown = (value: JsonValue): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

function toText(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
