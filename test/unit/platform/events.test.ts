import { describe, expect, it } from 'vitest';
import { parseEvent, parseTask, readEnvelope } from '../../../src/platform/queue/events.ts';

const ID = `out_${'0'.repeat(26)}`;
const TENANT = `ten_${'1'.repeat(26)}`;
const message = { v: 1, id: ID, tenantId: TENANT, type: 'tenant.created', at: 5, body: { createdBy: 'usr_1' } };

describe('an event', () => {
  it('is taken in the shape of its type, without what the shape does not know', () => {
    expect(parseEvent(message)).toEqual(message);
    expect(parseEvent({ ...message, more: 1, body: { createdBy: 'usr_1', later: 'field' } })).toEqual(message);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', 'It is no message of ours.'],
    ['null', null, 'It is no message of ours.'],
    ['no tenant', { ...message, tenantId: undefined }, 'It is no message of ours.'],
    ['a tenant that is no id', { ...message, tenantId: 'acme' }, 'It is no message of ours.'],
    ['an id that is no id', { ...message, id: 'out_1' }, 'It is no message of ours.'],
    ['no time', { ...message, at: '2026' }, 'It is no message of ours.'],
    ['another version', { ...message, v: 2 }, 'Nobody here knows tenant.created, version 2.'],
    ['another type', { ...message, type: 'tenant.sold' }, 'Nobody here knows tenant.sold, version 1.'],
    ['a name of Object’s', { ...message, type: 'constructor' }, 'Nobody here knows constructor, version 1.'],
    ['a task', { ...message, type: 'evaluation.item' }, 'Nobody here knows evaluation.item, version 1.'],
    ['no body', { ...message, body: undefined }, 'body. is not as tenant.created has it (invalid_type).'],
    [
      'a body of another shape, which it does not quote',
      { ...message, body: { createdBy: { secret: 'sk-123' } } },
      'body.createdBy is not as tenant.created has it (invalid_type).',
    ],
  ])('is refused with %s', (_, raw, why) => {
    expect(() => parseEvent(raw)).toThrow(why);
  });
});

it('a task is taken by parseTask alone', () => {
  const task = { ...message, type: 'evaluation.fan_out', body: { evaluationId: 'evl_1', made: 0, after: null } };
  expect(parseTask(task)).toEqual(task);
  expect(() => parseEvent(task)).toThrow('Nobody here knows');
  expect(() => parseTask(message)).toThrow('Nobody here knows');
});

it('an envelope is read whatever it says', () => {
  const strange = { ...message, v: 9, type: 'of.tomorrow', body: [1] };
  expect(readEnvelope(strange)).toEqual(strange);
  expect(readEnvelope({ ...strange, tenantId: null })).toBeNull();
  expect(readEnvelope({ ...strange, type: 'x'.repeat(101) })).toBeNull();
});
