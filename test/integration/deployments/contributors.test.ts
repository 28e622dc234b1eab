import { expect, it } from 'vitest';
import { owner } from '../../support/client.ts';
import { member, move, ok, prompt, request } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

it('whoever wrote a translation stays one of its authors, also once the words were replaced or taken away', async () => {
  const ada = await owner('Ada');
  const [ben, eve, joe] = [
    await member(ada, 'admin', 'ben'),
    await member(ada, 'editor', 'eve'),
    await member(ada, 'approver', 'joe'),
  ];
  const path = '/v1/prompts/greeting/versions/1.0.0/translations';
  await prompt(ada, 'greeting', 'Hello');
  await ok(ben.send('PUT', `${path}/fr`, { text: 'Bonjour' }));
  await ok(eve.send('PUT', `${path}/fr`, { text: 'Bonjour !' }));
  await ok(eve.send('PUT', `${path}/de`, { text: 'Hallo' }));
  await ok(eve.send('DELETE', `${path}/de`));
  const { id } = await ok(request(eve, 'staging', ['prompt:greeting@1.0.0']));
  expect((await move(ben, id, 'approve')).body.code).toBe('self_approval_forbidden');
  expect((await move(joe, id, 'approve')).body.status).toBe('approved');
});

it('whoever wrote a version is its author by that alone, whatever the list of contributors says', async () => {
  const ada = await owner('Ada');
  const [ben, eve] = [await member(ada, 'admin', 'ben'), await member(ada, 'editor', 'eve')];
  await prompt(ben, 'greeting', 'Hello');
  await d1(`UPDATE versions SET contributors = '[]' WHERE tenant_id = ?`, ada.tenantId);
  const { id } = await ok(request(eve, 'staging', ['prompt:greeting@1.0.0']));
  expect((await move(ben, id, 'approve')).body.code).toBe('self_approval_forbidden');
  expect((await move(ada, id, 'approve')).body.status).toBe('approved');
});
