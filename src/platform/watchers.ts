import type { Actor } from '../kernel/actor.ts';
import { namedProtocol, upgradeOf } from './subprotocol.ts';

/** Who listens on a WebSocket: kept with it, so that it survives hibernation. */
export type Watcher = Pick<Actor, 'kind' | 'id'>;

/** Which of some watchers may still read in the tenant. */
export type WatcherCheck = (env: Env, tenantId: string, watchers: readonly Watcher[]) => Promise<ReadonlySet<string>>;

/** The socket's close code for somebody who may no longer listen. */
const NO_LONGER_ALLOWED = 4403;

/** The upgrade request for an object: who watches what, and nothing of the caller's credential. @throws AppError upgrade_required */
export function watchRequest(actor: Actor, request: Request, header: string, value: string): Request {
  const watcher: Watcher = { kind: actor.kind, id: actor.id };
  const headers = { ...upgradeOf(request), [header]: value, 'x-footlight-watcher': JSON.stringify(watcher) };
  return new Request(request.url, { headers });
}

/** Takes a WebSocket in, hibernating, and greets it. The caller has checked the credential. */
export function acceptWatcher(state: DurableObjectState, request: Request, greeting: object): Response {
  const pair = new WebSocketPair();
  const [client, server] = [pair[0], pair[1]];
  state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  state.acceptWebSocket(server);
  server.serializeAttachment(JSON.parse(request.headers.get('x-footlight-watcher') ?? '{}'));
  server.send(JSON.stringify(greeting));
  return new Response(null, { status: 101, webSocket: client, headers: namedProtocol(request.headers) });
}

/** Sends a message to all who may still read it, and closes on the others. Asks D1 once, and only if somebody listens. */
export async function tellWatchers(
  state: DurableObjectState,
  env: Env,
  tenantId: string,
  check: WatcherCheck,
  message: object,
): Promise<void> {
  const sockets = state.getWebSockets();
  if (sockets.length === 0) return;
  const watchers = new Map(sockets.map((socket) => [socket, socket.deserializeAttachment() as Watcher]));
  const allowed = await check(env, tenantId, [...watchers.values()]);
  const text = JSON.stringify(message);
  for (const [socket, watcher] of watchers) {
    try {
      if (allowed.has(watcher.id)) socket.send(text);
      else socket.close(NO_LONGER_ALLOWED, 'no longer allowed');
    } catch {
      // It closed meanwhile.
    }
  }
}
