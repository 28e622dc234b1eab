-- Full-text search over prompts and assets. Written by hand: drizzle cannot model FTS5.
-- `scope` is one token (the tenant's and the type's), so that every query starts with the tenant;
-- rowid is entries.row_id. Contentless: the texts stand in `entries` and `versions`.
CREATE VIRTUAL TABLE content_search USING fts5(
  scope, name, title, description, tags, text,
  content = '', contentless_delete = 1,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '2 3'
);
