// A process of its own: the load and the Worker must not share an event loop. Takes one job a message, answers with its figures.
import autocannon from 'autocannon';

/**
 * @typedef {{origin: string, connections: number, seconds: number, requests: {method: string, path: string, headers: Record<string, string>,
 * body?: string}[]}} Job `requests` are sent in turn, one sequence over all connections
 * @typedef {{p50: number, p99: number, rate: number, count: number, failures: number}} Figures milliseconds, and requests a second
 */

/** Goes on from one job to the next, so that a long sequence comes around only after all of it. */
let next = 0;

/**
 * @param {Job} job
 * @returns {Promise<Figures>}
 */
async function shoot({ origin, connections, seconds, requests }) {
  const times = [];
  let failures = 0;
  const turns = { setupRequest: (request) => Object.assign(request, requests[next++ % requests.length]) };
  const [only] = requests;
  const started = process.hrtime.bigint();
  const run = autocannon({
    url: origin,
    connections,
    duration: seconds,
    // autocannon prepares a request once: the one that never changes costs the client least.
    requests: requests.length === 1 ? [only] : [turns],
  });
  // autocannon's own histogram counts whole milliseconds.
  run.on('response', (_client, status, _bytes, milliseconds) => {
    times.push(milliseconds);
    if (status >= 400) failures++;
  });
  const { errors } = await run;
  const elapsed = Number(process.hrtime.bigint() - started) / 1e9;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return {
    p50: at(0.5),
    p99: at(0.99),
    rate: times.length / elapsed,
    count: times.length,
    failures: failures + errors,
  };
}

process.on('message', (job) => {
  void shoot(job).then((figures) => process.send(figures));
});
