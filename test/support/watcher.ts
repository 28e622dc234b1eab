import { exports } from 'cloudflare:workers';
import { overhear } from './secrets.ts';

/** Somebody at the other end of a WebSocket. */
export interface Watcher {
  response: Response;
  /** The next message, whenever it comes; it is read once. */
  next(): Promise<any>;
  /** The code that the socket was closed with. */
  closed: Promise<number>;
  /** How many messages nobody has read. */
  unread(): number;
  send(text: string): void;
  close(): void;
}

/** Opens a WebSocket at the door. */
export async function watch(path: string, headers: Record<string, string>): Promise<Watcher> {
  const request = new Request(`https://footlight.test${path}`, { headers: { upgrade: 'websocket', ...headers } });
  const response = await exports.default.fetch(request);
  const socket = response.webSocket;
  if (socket === null || socket === undefined) throw new Error(`answered ${response.status}: ${await response.text()}`);
  const messages: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    overhear('event', text);
    const first = waiting.shift();
    if (first === undefined) messages.push(text);
    else first(text);
  });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  socket.accept();
  const read = (text: string): any => (text.startsWith('{') ? JSON.parse(text) : text);
  return {
    response,
    next: async () => read(messages.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)))),
    closed,
    unread: () => messages.length,
    send: (text) => socket.send(text),
    close: () => socket.close(1000, 'done'),
  };
}

export const bearer = ({ accessToken }: { accessToken: string }): Record<string, string> => ({
  authorization: `Bearer ${accessToken}`,
});
