// A process of its own: the fake provider of the tests, told where it listens.
import { startUpstream } from '../support/upstream/server.mjs';

process.once('disconnect', () => process.exit());
const { url } = await startUpstream();
process.send({ url });
