/**
 * A template without the text between its tags: the same variables and includes, and mustache.js, which takes text
 * character by character, has little left to parse. A tag that never closes is left out, with all behind it.
 */
export function tagsOnly(template: string): string {
  const tags: string[] = [];
  for (let start = template.indexOf('{{'); start !== -1;) {
    const closing = isTriple(template, start) ? '}}}' : '}}';
    const end = template.indexOf(closing, start + 2);
    if (end === -1) break;
    tags.push(template.slice(start, end + closing.length));
    start = template.indexOf('{{', end + closing.length);
  }
  return tags.join('');
}

const AFTER_SPACES = /\s*\{/y;

function isTriple(template: string, start: number): boolean {
  AFTER_SPACES.lastIndex = start + 2;
  return AFTER_SPACES.test(template);
}
