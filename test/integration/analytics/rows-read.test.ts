import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { counted, ended, queryOf } from '../../support/analytics.ts';
import { owner, type Person } from '../../support/client.ts';
import { deliver } from '../../support/queues.ts';
import { countingDatabase } from '../../support/rows-read.ts';
import { prompt } from '../../support/team.ts';
import { sendWith } from '../../support/workbench.ts';

const LONG = (env as unknown as { FOOTLIGHT_LONG: string }).FOOTLIGHT_LONG !== '';
const DAY = 86_400_000;
const DAYS = 365;
const HOURS = 96;
const END = Math.floor(Date.now() / DAY) * DAY;

/** A tenant to whom so many executions happened, all over a year, and some in each hour of its last days. */
async function tenantWith(events: number): Promise<{ by: Person; promptId: string }> {
  const by = await owner();
  const { id: promptId } = await prompt(by, 'support/greeting', 'Hello');
  const step = (DAYS * DAY) / events;
  for (let first = 0; first < events; first += 1_000) {
    const some = Array.from({ length: Math.min(1_000, events - first) }, (_, i) =>
      ended(by.tenantId, Math.floor(END - DAYS * DAY + (first + i) * step), promptId, {
        latencyMs: ((first + i) * 7) % 900,
      }),
    );
    const { acknowledged } = await deliver('footlight-events', some);
    expect(acknowledged).toHaveLength(some.length);
  }
  await counted(...Array.from({ length: HOURS }, (_, i) => ended(by.tenantId, END - (i + 1) * 3_600_000, promptId)));
  return { by, promptId };
}

const YEAR = { from: new Date(END - DAYS * DAY).toISOString(), to: new Date(END).toISOString() };
const QUESTIONS: Record<string, string> = {
  'a year of days': `stats${queryOf(YEAR)}`,
  'a year of days of one prompt': `stats${queryOf({ ...YEAR, prompt: 'support/greeting', environment: 'production' })}`,
  'four days of hours': `stats${queryOf({ interval: 'hour', from: new Date(END - 4 * DAY).toISOString(), to: YEAR.to })}`,
};

/** What each question makes D1 read; the credential’s and the prompt’s own rows included. */
async function costs({ by }: { by: Person }): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [what, question] of Object.entries(QUESTIONS)) {
    const { DB, rowsRead } = countingDatabase();
    const headers = { authorization: `Bearer ${by.accessToken}` };
    const { status } = await sendWith({ DB })('GET', `/v1/analytics/${question}`, undefined, headers);
    expect(status).toBe(200);
    found[what] = rowsRead();
  }
  return found;
}

const [FEW, MANY] = LONG ? [10_000, 1_000_000] : [1_000, 6_000];

it(
  'a question reads as many rows after many events as after few',
  async () => {
    const few = await costs(await tenantWith(FEW));
    const many = await costs(await tenantWith(MANY));
    // oxlint-disable-next-line no-console -- the figures are what one runs it for
    if (LONG) console.info(JSON.stringify({ events: [FEW, MANY], rowsRead: { few, many } }));
    expect(many).toEqual(few);
    expect(few['a year of days']).toBeLessThan(DAYS + 10);
  },
  LONG ? 1_800_000 : 60_000,
);

it('what else a question reads grows with the number of subjects, not of events', async () => {
  const { by, promptId } = await tenantWith(1_000);
  const cost = async (question: string): Promise<number> => {
    const { DB, rowsRead } = countingDatabase();
    const headers = { authorization: `Bearer ${by.accessToken}` };
    await sendWith({ DB })('GET', `/v1/analytics/${question}`, undefined, headers);
    return rowsRead();
  };
  const questions = [`usage${queryOf({ by: 'prompt', ...YEAR })}`, 'trending?days=45'];
  const before = await Promise.all(questions.map(cost));
  // As many again, in the same hours.
  await counted(
    ...Array.from({ length: 1_000 }, (_, i) =>
      ended(by.tenantId, END - DAYS * DAY + (i * DAYS * DAY) / 1_000, promptId),
    ),
  );
  const after = await Promise.all(questions.map(cost));
  // A bucket of the sketch more: its entries count as rows.
  for (const [i, rows] of after.entries()) expect(rows - (before[i] ?? 0)).toBeLessThan(2 * DAYS);
});
