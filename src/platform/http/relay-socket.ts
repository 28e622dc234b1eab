/**
 * A WebSocket of a Durable Object, passed on by hand. An object that has closed a hibernating socket holds its connection
 * until it is evicted (ten seconds in workerd 1.20261117), and a client hears of the close only then; a socket of the
 * Worker's own is closed at once. The object's side hibernates as before.
 */
export function relaySocket(response: Response): Response {
  const theirs = response.webSocket;
  if (theirs === null) return response;
  const pair = new WebSocketPair();
  const ours = pair[1];
  pass(theirs, ours);
  pass(ours, theirs);
  theirs.accept();
  ours.accept();
  return new Response(null, { status: 101, webSocket: pair[0], headers: response.headers });
}

function pass(from: WebSocket, to: WebSocket): void {
  from.addEventListener('message', (message) => {
    try {
      to.send(message.data as string | ArrayBuffer);
    } catch {
      // It closed meanwhile, and says so itself.
    }
  });
  from.addEventListener('close', ({ code, reason }) => close(to, code, reason));
  from.addEventListener('error', () => close(to, 1011, 'the connection broke off'));
}

/** Codes that only say how a connection ended, without a close of its own, must not be sent (RFC 6455, 7.4.1). */
const UNSENDABLE = new Set([1005, 1006, 1015]);

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    if (UNSENDABLE.has(code)) socket.close(code === 1005 ? undefined : 1011);
    else socket.close(code, reason);
  } catch {
    // It is closed.
  }
}
