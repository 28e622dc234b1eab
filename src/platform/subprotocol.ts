import { AppError } from '../kernel/errors.ts';

/** What a WebSocket is answered that offers it. Browsers, which set no headers, send their credential beside it: `bearer.<token>`. */
const SUBPROTOCOL = 'footlight.v1';
const HEADER = 'sec-websocket-protocol';

const offeredBy = (headers: Headers): string[] => (headers.get(HEADER) ?? '').split(',').map((name) => name.trim());

/** The token that a browser offers in place of an Authorization header. */
export function offeredToken(headers: Headers): string | null {
  const offered = offeredBy(headers);
  const token = offered.find((name) => name.startsWith('bearer.'));
  return offered.includes(SUBPROTOCOL) && token !== undefined ? token.slice('bearer.'.length) : null;
}

/** The header that answers the name, or passes it on: nothing of a credential. Empty where it is not offered. */
export const namedProtocol = (headers: Headers): Record<string, string> =>
  offeredBy(headers).includes(SUBPROTOCOL) ? { [HEADER]: SUBPROTOCOL } : {};

export const isUpgrade = (headers: Headers): boolean => headers.get('upgrade')?.toLowerCase() === 'websocket';

/** The headers of an upgrade, for an object. @throws AppError upgrade_required */
export function upgradeOf({ headers }: Request): Record<string, string> {
  if (!isUpgrade(headers)) {
    throw new AppError('upgrade_required', 'This is a WebSocket: connect with `Upgrade: websocket`.');
  }
  return { upgrade: 'websocket', ...namedProtocol(headers) };
}
