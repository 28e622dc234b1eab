import { expect, it } from 'vitest';
import { owner } from '../../support/client.ts';
import { asset, assetVersion, prompt, release, served } from '../../support/team.ts';

it('who includes something through a pinned version is served anew when that changes', async () => {
  const [ada, eve] = [await owner('Ada'), await owner('Eve')];
  for (const { send } of [ada, eve]) {
    await asset({ send }, 'house', 'Acme');
    await asset({ send }, 'sign-off', 'Yours, {{asset:house}}');
    await prompt({ send }, 'letter', 'Hello. {{asset:sign-off@1.0.0}}');
    // The pinned asset comes inside the prompt, and is not active by itself.
    await release({ send }, [], 'development', ['asset:house@1.0.0', 'prompt:letter@1.0.0']);
  }
  expect((await served(ada, 'development', 'letter')).body.text).toBe('Hello. Yours, Acme');
  await assetVersion(ada, 'house', '2.0.0', 'Acme & Sons');
  const renamed = await release(ada, [], 'development', ['asset:house@2.0.0']);
  const { body } = await served(ada, 'development', 'letter');
  expect(body).toMatchObject({
    text: 'Hello. Yours, Acme & Sons',
    generation: 2,
    deploymentId: renamed.id,
    tag: '1.0.0',
  });
  expect((await served(eve, 'development', 'letter')).body.text).toBe('Hello. Yours, Acme');
});
