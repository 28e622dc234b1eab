import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { parseEvent, parseTask } from '../../src/platform/queue/events.ts';
import type { Outgoing } from '../../src/platform/queue/send.ts';
import { d1 } from './workbench.ts';

/** Keeps all that was ever in the outbox, for the relay takes it out: in the table `told`, by a trigger. */
export async function rememberOutbox(): Promise<void> {
  const columns = 'tenant_id, id, type, v, body, created_at';
  await env.DB.batch([
    env.DB.prepare(`CREATE TABLE IF NOT EXISTS told (${columns})`),
    env.DB.prepare(
      `CREATE TRIGGER IF NOT EXISTS remember AFTER INSERT ON outbox BEGIN
         INSERT INTO told (${columns}) VALUES (new.tenant_id, new.id, new.type, new.v, new.body, new.created_at);
       END`,
    ),
  ]);
}

/** What was told of a tenant, as it goes over the wire, oldest first. @param about a text that stands in the body */
export async function told(tenantId: string, about = ''): Promise<(Outgoing & { body: any })[]> {
  const rows = await d1(
    `SELECT * FROM told WHERE tenant_id = ? AND instr(body, ?) > 0 ORDER BY rowid`,
    tenantId,
    about,
  );
  return rows.map(toMessage);
}

/** Everything that was told is in the shape of its type. */
export async function assertWellTold(): Promise<void> {
  for (const message of (await d1('SELECT * FROM told')).map(toMessage)) {
    const parse = /^evaluation\.(fan_out|item)$/.test(message.type) ? parseTask : parseEvent;
    expect(parse(message), 'nothing is told that its shape does not know').toEqual(message);
  }
}

const toMessage = (row: any): Outgoing & { body: any } => ({
  v: row.v,
  id: row.id,
  tenantId: row.tenant_id,
  type: row.type,
  at: row.created_at,
  body: JSON.parse(row.body),
});
