import { timestamp } from '../kernel/time.ts';
import type { ContentDescriptor } from './domain/descriptor.ts';
import type { Warning } from './domain/warnings.ts';
import type { entries, translations, versions } from './table.ts';
import type { EntryJson, VersionJson, VersionSummaryJson } from './schemas/responses.ts';

type Entry = typeof entries.$inferSelect;
type Version = typeof versions.$inferSelect;
type Translation = typeof translations.$inferSelect;
type Mark = Pick<Translation, 'locale' | 'updatedAt' | 'authorId'>;

export function presentEntry({ nameField }: ContentDescriptor, entry: Omit<Entry, 'rowId'>): EntryJson {
  const { id, name, kind, title, description, category, tags, locale, latestTag, latestNumber, createdBy } = entry;
  return {
    id,
    [nameField]: name,
    kind,
    title,
    description,
    category,
    tags,
    locale,
    latest:
      latestTag === null
        ? null
        : {
            tag: latestTag,
            number: latestNumber,
          },
    createdBy,
    createdAt: timestamp(entry.createdAt),
    updatedAt: timestamp(entry.updatedAt),
  };
}

type Summary = Pick<
  Version,
  'id' | 'tag' | 'number' | 'locale' | 'changeMessage' | 'contentHash' | 'createdBy' | 'createdAt'
>;

export function presentSummary(
  { type }: ContentDescriptor,
  { name, kind }: Pick<Entry, 'name' | 'kind'>,
  row: Summary & {
    locked: boolean;
    translations: readonly Mark[];
  },
): VersionSummaryJson {
  const { id, tag, number, locale, changeMessage, contentHash, createdBy, createdAt, locked } = row;
  return {
    id,
    [type]: name,
    tag,
    number,
    kind,
    locale,
    changeMessage,
    contentHash,
    author: createdBy,
    createdAt: timestamp(createdAt),
    locked,
    translations: row.translations.map(presentTranslation),
  };
}

const presentTranslation = ({ locale, updatedAt, authorId }: Mark) => ({
  locale,
  updatedAt: timestamp(updatedAt),
  authorId,
});

/** @param warnings left out where nothing was written */
export function presentVersion(
  descriptor: ContentDescriptor,
  stored: {
    entry: Pick<Entry, 'name' | 'kind'>;
    version: Version;
    translations: readonly (Mark & Pick<Translation, 'content'>)[];
    locked: boolean;
  },
  warnings?: Warning[],
): VersionJson {
  const { entry, version, translations, locked } = stored;
  const summary = presentSummary(descriptor, entry, { ...version, locked, translations });
  return {
    ...summary,
    ...version.content,
    variables: version.variables,
    model: version.model,
    translations: translations.map((translation) => ({ ...presentTranslation(translation), ...translation.content })),
    ...(warnings === undefined ? {} : { warnings }),
  };
}
