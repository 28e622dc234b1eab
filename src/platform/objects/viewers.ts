import { utf8 } from '../../kernel/bytes.ts';
import { namedProtocol } from '../subprotocol.ts';

const DONE = 1000;
/** A socket that is not read is kept in memory, which other objects share: nobody tells how much that is. */
export const VIEWERS_MAX = 100;

/** What viewers are shown: numbered events, each with a type. */
interface Numbered {
  readonly seq: number;
  readonly type: string;
}

/** Where viewers read. */
export interface Source<E extends Numbered> {
  /** What came after a number, in order, a page of it. */
  after(seq: number): readonly E[];
  /** Whether nothing comes after this one. */
  isLast(event: E): boolean;
  /** Whether the last one is there. */
  isOver(): boolean;
}

/**
 * Those who watch a Durable Object's log, by WebSocket (hibernating) or Server-Sent Events. Each gets the log from where
 * it left off, then what comes, from the same log.
 */
export class Viewers<E extends Numbered> {
  readonly #state: DurableObjectState;
  readonly #source: Source<E>;
  readonly #readers = new Set<Reader<E>>();

  constructor(state: DurableObjectState, source: Source<E>) {
    this.#state = state;
    this.#source = source;
  }

  /** Whether as many are watching as may. */
  get isFull(): boolean {
    const open = this.#state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
    return open.length + this.#readers.size >= VIEWERS_MAX;
  }

  /** Takes a WebSocket in. Nothing can happen between the replay and the live events: both are synchronous. */
  acceptSocket(request: Request, since: number, source: Source<E> = this.#source): Response {
    const pair = new WebSocketPair();
    const server = pair[1];
    this.#state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#state.acceptWebSocket(server);
    let seen = since;
    for (let events = source.after(seen); events.length > 0; events = source.after(seen)) {
      for (const event of events) {
        server.send(JSON.stringify(event));
        seen = event.seq;
      }
    }
    if (source.isOver()) server.close(DONE, 'done');
    // Whoever claims to have seen more than there is gets none of it, on a socket as on a stream.
    else server.serializeAttachment(seen);
    return new Response(null, { status: 101, webSocket: pair[0], headers: namedProtocol(request.headers) });
  }

  /** The log as Server-Sent Events: read as fast as it is taken, so that a slow reader costs no memory. */
  stream(since: number, source: Source<E> = this.#source): Response {
    const reader = new Reader(source, since, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return new Response(reader.body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  }

  /** Shows what was just kept in the log. */
  tell(event: E): void {
    const sockets = this.#state.getWebSockets();
    const text = sockets.length === 0 ? '' : JSON.stringify(event);
    for (const socket of sockets) {
      try {
        if (event.seq > ((socket.deserializeAttachment() as number | null) ?? 0)) socket.send(text);
        if (this.#source.isLast(event)) socket.close(DONE, 'done');
      } catch {
        // It closed meanwhile.
      }
    }
    for (const reader of this.#readers) reader.wake();
  }

  /** Keeps silent streams open. */
  keepAlive(): void {
    for (const reader of this.#readers) reader.keepAlive();
  }
}

/** An event as Server-Sent Events write it (HTML standard, 9.2.6). JSON has no line breaks. */
const toServerSentEvent = (event: Numbered): string =>
  `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** One who reads Server-Sent Events. The log is its buffer. */
class Reader<E extends Numbered> {
  readonly body: ReadableStream<Uint8Array>;
  #wake: (() => void) | null = null;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(source: Source<E>, since: number, left: () => void) {
    let seen = since;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: async (controller) => {
          let events = source.after(seen);
          while (events.length === 0) {
            // Whoever claims to have seen more than there is waits for nothing.
            if (source.isOver()) {
              left();
              controller.close();
              return;
            }
            await new Promise<void>((resolve) => {
              this.#wake = resolve;
            });
            events = source.after(seen);
          }
          seen = events.at(-1)?.seq ?? seen;
          controller.enqueue(utf8(events.map(toServerSentEvent).join('')));
          if (!events.some((event) => source.isLast(event))) return;
          left();
          controller.close();
        },
        cancel: left,
      },
      { highWaterMark: 1 },
    );
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }

  keepAlive(): void {
    // Only to one who is waiting: others have something to read.
    if (this.#wake !== null) this.#controller?.enqueue(utf8(': keep-alive\n\n'));
  }
}
