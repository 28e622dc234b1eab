import type { Answer, Send } from './client.ts';
import { ok } from './team.ts';

type By = { send: Send };

export const datasetPath = (name: string): string => `/v1/datasets/${encodeURIComponent(name)}`;

export const JSONL = { 'content-type': 'application/jsonl' };
export const CSV = { 'content-type': 'text/csv' };

/** A dataset, with items where some are given. */
export async function dataset(by: By, name: string, items: object[] = []): Promise<any> {
  const made = await ok(by.send('POST', '/v1/datasets', { name }));
  if (items.length > 0) await ok(addItems(by, name, items));
  return made;
}

export const addItems = (by: By, name: string, items: object[], headers = {}): Promise<Answer> =>
  by.send('POST', `${datasetPath(name)}/items`, { items }, headers);

/** A file, added to what is there or (PUT) in its place. */
export const importFile = (by: By, name: string, text: string, headers: object, method = 'POST'): Promise<Answer> =>
  by.send(method, `${datasetPath(name)}/import`, text, headers as Record<string, string>);

export const exported = (by: By, name: string, query = ''): Promise<Answer> =>
  by.send('GET', `${datasetPath(name)}/export${query}`);

/** Every item of a version, without its id. */
export async function contents(by: By, name: string, version?: number): Promise<object[]> {
  const found: object[] = [];
  const query = `limit=100${version === undefined ? '' : `&version=${version}`}`;
  for (let cursor = ''; ;) {
    const page = await ok(by.send('GET', `${datasetPath(name)}/items?${query}${cursor}`));
    for (const { id: _, ...content } of page.data) found.push(content);
    if (page.nextCursor === null) return found;
    cursor = `&cursor=${page.nextCursor}`;
  }
}
