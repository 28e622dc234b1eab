import { subjectProblem } from '../../kernel/names.ts';

/** A query that asks for a subject, with or without a locale, and for nothing else. */
const WITH_SUBJECT =
  /^([^?#]+)\?(?:(locale=[\w-]+)&)?subject=((?:[\w.~!'()*:@+-]|%[\da-f]{2})+)(?:&(locale=[\w-]+))?$/i;

/**
 * A URL without its subject, and the subject: for whoever it is, the same pages are chosen from. Null where there is no
 * subject, and where it is not as plainly written as most: then the router knows.
 */
export function withoutSubject(url: string): { url: string; subject: string } | null {
  if (!url.includes('subject=')) return null;
  const [, path = '', before, encoded = '', after] = WITH_SUBJECT.exec(url) ?? [];
  if (path === '' || (before !== undefined && after !== undefined)) return null;
  const subject = decoded(encoded);
  if (subject === null || subjectProblem(subject) !== null) return null;
  const locale = before ?? after;
  return { url: locale === undefined ? path : `${path}?${locale}`, subject };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
