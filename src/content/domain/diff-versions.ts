import type { Content } from './content.ts';
import { type ContentDiff, diffContent, type DiffSide, newDiffBudget } from './diff.ts';
import { serveIn } from './serve.ts';
import type { VersionBody } from './version.ts';

type Tagged = VersionBody & { tag: string };

/**
 * What differs between two versions: content, variables and model.
 * @param locale compares what each serves in it, by the contract's fallback; null compares their own locales' contents
 *   and each translation, under `translations.<locale>`
 */
export function diffVersions(from: Tagged, to: Tagged, locale: string | null): ContentDiff {
  const budget = newDiffBudget();
  const main = diffContent(side(from, serveIn(from, locale).content), side(to, serveIn(to, locale).content), budget);
  if (locale !== null) return main;
  const all = [main];
  const locales = new Set([...from.translations, ...to.translations].map((translation) => translation.locale));
  for (const translated of [...locales].toSorted()) {
    const path = `translations.${translated}`;
    const content = (version: Tagged) => version.translations.find((one) => one.locale === translated)?.content ?? {};
    const [old, current] = [from, to].map((version): DiffSide => ({
      label: `${version.tag}/${path}`,
      ...content(version),
    }));
    if (old === undefined || current === undefined) continue;
    const { hunks, unified } = diffContent(old, current, budget);
    all.push({ hunks: hunks.map((hunk) => ({ ...hunk, path: `${path}.${hunk.path}` })), unified });
  }
  return { hunks: all.flatMap(({ hunks }) => hunks), unified: all.map(({ unified }) => unified).join('') };
}

const side = ({ tag, variables, model }: Tagged, content: Content): DiffSide => ({
  label: tag,
  ...content,
  variables,
  ...(model === null ? {} : { model }),
});
