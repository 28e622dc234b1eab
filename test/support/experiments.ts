import type { Answer, Send } from './client.ts';
import { move, ok } from './team.ts';

/** Versions beside an item's own, by their tags. */
export type Weights = Record<string, number>;

/** A prompt's item that is served in several versions: `{ '1.0.0': 90, '1.1.0': 10 }`, its own first. */
export function split(name: string, weights: Weights): object {
  const [[tag, weight] = ['', 0], ...others] = Object.entries(weights);
  const variants = others.map(([other, of]) => ({ tag: other, weight: of }));
  return { type: 'prompt', prompt: name, tag, weight, variants };
}

/** Asks for items as they are. */
export const ask = (by: { send: Send }, environment: string, items: object[], more: object = {}): Promise<Answer> =>
  by.send('POST', '/v1/deployments', { environment, items, ...more });

/** Takes items all the way in development, where nobody needs to approve. */
export async function launch(by: { send: Send }, items: object[]): Promise<any> {
  const { id } = await ok(ask(by, 'development', items));
  return ok(move(by, id, 'deploy'));
}

/** What the edge serves to a subject: the truth, unless told otherwise. */
export const servedTo = (
  by: { send: Send },
  environment: string,
  name: string,
  subject: string,
  headers: Record<string, string> = { 'cache-control': 'no-cache' },
): Promise<any> =>
  ok(
    by.send(
      'GET',
      `/v1/edge/${environment}/prompts/${name}?subject=${encodeURIComponent(subject)}`,
      undefined,
      headers,
    ),
  );

/** One subject for each of some versions. */
export async function subjectsOf(
  by: { send: Send },
  environment: string,
  name: string,
  tags: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let i = 0; Object.keys(found).length < tags.length && i < 1000; i++) {
    const subject = `user-${i}`;
    const { data } = await ok(by.send('POST', `/v1/edge/${environment}/batch`, { names: [name], subject }));
    found[data[0].variant] ??= subject;
  }
  if (Object.keys(found).toSorted().join() !== tags.toSorted().join()) {
    throw new Error(`there are subjects for ${Object.keys(found).join()}, not for ${tags.join()}`);
  }
  return found;
}
