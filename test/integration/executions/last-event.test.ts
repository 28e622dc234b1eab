import { expect, it } from 'vitest';
import { findLastEvent } from '../../../src/executions/queries/last-event.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { forActor } from '../../../src/platform/context.ts';
import { contextWith } from '../../support/workbench.ts';

it('an object that looks for its own end asks D1 alone: it would wait for itself', async () => {
  let asked = 0;
  const EXECUTIONS = {
    getByName: () => {
      asked++;
      return { entered: () => new Promise(() => undefined) };
    },
  };
  const tenantId = newId('tenant', Date.now());
  const context = forActor(contextWith({ EXECUTIONS }), { kind: 'system', id: 'footlight', tenantId });
  await expect(findLastEvent(context, newId('execution', Date.now()))).rejects.toMatchObject({ code: 'not_found' });
  expect(asked).toBe(0);
});
