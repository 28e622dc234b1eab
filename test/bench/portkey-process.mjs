// A process of its own: Portkey's gateway as its package starts it, but only for this machine, and at a free port that it tells.
import { Server } from 'node:net';
import { pathToFileURL } from 'node:url';

process.once('disconnect', () => process.exit());
// oxlint-disable-next-line typescript/unbound-method -- it is called on the server below
const { listen } = Server.prototype;
Server.prototype.listen = function listenHere() {
  this.once('listening', () => process.send({ url: `http://127.0.0.1:${this.address().port}` }));
  return listen.call(this, 0, '127.0.0.1');
};
await import(pathToFileURL(process.argv[2]).href);
