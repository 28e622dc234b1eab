// What people, typesetters and models write between the groups of a number. As members of a character class.

/** The space, and those of Unicode: hard, thin, narrow, ideographic. */
export const SPACES = ' \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
/** The hyphen, and what looks like it: soft, hard, figure dash, en and em dash, minus, small and full width. */
export const DASHES = '\\-\\u00ad\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d';

const SEPARATOR = new RegExp(`^[${SPACES}${DASHES}]$`);
const ANY_SPACE = new RegExp(`[${SPACES}]`, 'g');
const ANY_DASH = new RegExp(`[${DASHES}]`, 'g');

/** Whether a character is one of them. */
export const isSeparator = (character: string): boolean => SEPARATOR.test(character);

/** The same with plain spaces and hyphens. */
export const plainly = (text: string): string => text.replace(ANY_SPACE, ' ').replace(ANY_DASH, '-');
