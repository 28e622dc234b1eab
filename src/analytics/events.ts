import type { EventBodies, EventMessage } from '../platform/queue/events.ts';
import { HOUR_MS, hourOf } from './domain/buckets.ts';
import { eventFact, executionFact, type Fact, feedbackFact, type Subjects, type Use, useFact } from './domain/facts.ts';

/** How often one thing was used, in an hour (since the epoch). */
export interface HourUse {
  readonly hour: number;
  /** JSON. */
  readonly what: string;
  readonly count: number;
}

type Gathered = EventMessage<'edge.fetched'> | EventMessage<'prompt.viewed'>;

/** Whether a message tells of what was gathered where it happened. */
export const isGathered = (message: EventMessage): message is Gathered =>
  message.type === 'edge.fetched' || message.type === 'prompt.viewed';

/** What some messages of one tenant come down to, by the hour: each thing once in an hour. */
export function usesOf(messages: readonly Gathered[]): HourUse[] {
  const uses = new Map<string, HourUse>();
  for (const message of messages) {
    for (const use of message.type === 'edge.fetched' ? fetched(message.body) : [viewed(message.body)]) {
      const key = `${use.hour} ${use.what}`;
      uses.set(key, { ...use, count: use.count + (uses.get(key)?.count ?? 0) });
    }
  }
  return [...uses.values()];
}

type What = [
  use: Use,
  environment: string | null,
  promptId: string,
  tag: string | null,
  variant: string | null,
  personId: string | null,
  apiKeyId: string | null,
];

const hourUse = (from: number, count: number, ...what: What): HourUse => ({
  hour: hourOf(from),
  what: JSON.stringify(what),
  count,
});

const fetched = ({ from, cells }: EventBodies['edge.fetched']): HourUse[] =>
  cells.map(({ kind, environment, promptId, tag, variant, personId, apiKeyId, count }) =>
    hourUse(from, count, kind, environment, promptId, tag, variant, personId, apiKeyId),
  );

const viewed = ({ from, promptId, personId, apiKeyId, count }: EventBodies['prompt.viewed']): HourUse =>
  hourUse(from, count, 'view', null, promptId, null, null, personId, apiKeyId);

export function factOfUse({ hour, what, count }: HourUse): Fact {
  const [use, environment, promptId, , variant, personId, apiKeyId] = JSON.parse(what) as What;
  return useFact(hour * HOUR_MS, use, count, { environment, promptId, variant, personId, apiKeyId });
}

/** What any other event comes down to. */
export function factOfEvent(message: Exclude<EventMessage, Gathered>): Fact {
  const { type, at } = message;
  switch (type) {
    case 'execution.completed':
    case 'execution.failed':
    case 'execution.cancelled': {
      const { status, cached, usage, latencyMs, promptId, environment, variant, personId, createdBy } = message.body;
      const of = { promptId, environment, variant, model: message.body.model.name, personId, ...keyIn(createdBy) };
      return executionFact(at, { status, cached, ...usage, latencyMs }, of);
    }
    case 'feedback.created': {
      const { promptId, environment, variant, score, createdBy } = message.body;
      return feedbackFact(at, score, { promptId, environment, variant, ...whoIs(createdBy) });
    }
    case 'version.created': {
      const { type: of, entryId, createdBy } = message.body;
      return eventFact(at, type, { promptId: of === 'prompt' ? entryId : null, ...whoIs(createdBy) });
    }
    default: {
      const { promptId, environment, userId, createdBy, movedBy } = message.body as Told;
      const of = { promptId: promptId ?? null, environment: environment ?? null };
      return eventFact(at, type, { ...of, ...whoIs(userId ?? createdBy ?? movedBy ?? '') });
    }
  }
}

/** What the others call the same things by. */
interface Told {
  readonly promptId?: string;
  readonly environment?: string | null;
  readonly userId?: string;
  readonly createdBy?: string;
  readonly movedBy?: string;
}

const keyIn = (actorId: string): Partial<Subjects> => (actorId.startsWith('key_') ? { apiKeyId: actorId } : {});

/** An actor as what is counted by: a person or a key. */
const whoIs = (actorId: string): Partial<Subjects> =>
  actorId.startsWith('usr_') ? { personId: actorId } : keyIn(actorId);
