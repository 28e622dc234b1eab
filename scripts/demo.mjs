// The main job on real input, through the public API alone: what `npm start` shows. The second start finds its data again.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PROMPT = 'support/greeting';
const EDGE = `/v1/edge/staging/prompts/${PROMPT}`;
const EXECUTE = `/v1/prompts/${encodeURIComponent(PROMPT)}/execute`;
const MODEL = 'echo';
/** A pause before each word, so that one sees them arrive (ms). */
const PARAMETERS = { delayMs: 40 };

/** An API that fails loudly: the demo runs on what the README promises. */
const client =
  (url, credential) =>
  async (method, path, body, expected = [200, 201, 204]) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!expected.includes(response.status)) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? null : { ...JSON.parse(text), tier: response.headers.get('server-timing') };
  };

const say = (text) => console.log(text);
const quote = (text) => `      “${text}”`;

/**
 * Two people take a prompt to the edge, change it, and change it back; with a third they let it run in production.
 * @param {string} url where Footlight serves
 * @param {string} memory the file that remembers the logins from one start to the next
 */
export async function demo(url, memory) {
  const known = existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : null;
  if (known !== null) await greet(url, known);
  const logins = known ?? (await play(url));
  // Demos of before had no model, or nothing to evaluate: theirs get it now.
  const running = logins.cleo === undefined ? await run(url, logins, known === null) : logins;
  const all = running.evaluation === undefined ? await evaluate(url, running, known === null) : running;
  if (all !== known) writeFileSync(memory, JSON.stringify(all, null, 2), { mode: 0o600 });
  tell(url, all);
}

const newPassword = () => `demo-${randomBytes(9).toString('base64url')}`;

const join = async (url, asAda, { email, password, name }) => {
  const { token } = await asAda('POST', '/v1/invitations', { email, role: 'approver' });
  const { accessToken } = await client(url)('POST', '/v1/invitations/accept', { token, name, password });
  return client(url, accessToken);
};

const logIn = async (url, person) => client(url, (await client(url)('POST', '/v1/auth/login', person)).accessToken);

const makeKey = (asAda) =>
  asAda('POST', '/v1/api-keys', {
    name: 'demo app',
    scopes: ['edge:read', 'prompts:read', 'executions:run', 'executions:read', 'evaluations:read'],
  });

async function play(url) {
  const ada = { email: `ada-${randomBytes(3).toString('hex')}@example.com`, password: newPassword() };
  const ben = { email: ada.email.replace('ada', 'ben'), password: newPassword() };

  say('1  Ada opens a tenant and invites Ben to approve what goes out.');
  const registered = await client(url)('POST', '/v1/auth/register', { ...ada, name: 'Ada', tenantName: 'Demo' });
  const asAda = client(url, registered.accessToken);
  const asBen = await join(url, asAda, { ...ben, name: 'Ben' });

  say('2  Ada writes an asset and a prompt that includes it, with two translations.');
  await asAda('POST', '/v1/assets', {
    key: 'brand/voice',
    locale: 'en',
    version: {
      text: 'Be warm, be brief.',
      translations: [
        { locale: 'de', text: 'Sei herzlich, fass dich kurz.' },
        { locale: 'fr', text: 'Soyez chaleureux et bref.' },
      ],
    },
  });
  await asAda('POST', '/v1/prompts', {
    name: PROMPT,
    kind: 'text',
    locale: 'en',
    tags: ['support'],
    version: {
      changeMessage: 'First words',
      text: 'Hello {{customer}}, how can we help? {{asset:brand/voice}}',
      translations: [
        { locale: 'de', text: 'Hallo {{customer}}, wie können wir helfen? {{asset:brand/voice}}' },
        { locale: 'fr', text: 'Bonjour {{customer}}, comment vous aider ? {{asset:brand/voice}}' },
      ],
    },
  });

  say('3  Ada asks for it to go to staging. Nobody approves their own work:');
  const first = await asAda('POST', '/v1/deployments', {
    environment: 'staging',
    title: 'The greeting',
    items: [
      { type: 'asset', asset: 'brand/voice', tag: '1.0.0' },
      { type: 'prompt', prompt: PROMPT, tag: '1.0.0' },
    ],
  });
  say(`   risk ${first.riskLevel}, needs ${first.requiredApprovals} approval`);
  const refused = await asAda('POST', `/v1/deployments/${first.id}/approve`, {}, [403]);
  say(`   Ada approves: 403 ${refused.code}`);
  await asBen('POST', `/v1/deployments/${first.id}/approve`, { comment: 'Reads well.' });
  const deployed = await asAda('POST', `/v1/deployments/${first.id}/deploy`);
  say(`   Ben approves, Ada deploys: ${deployed.status}, generation ${deployed.generation}`);

  say('4  An application with an API key fetches it at the edge.');
  const { key } = await makeKey(asAda);
  const asApp = client(url, key);
  const before = await show(asApp);
  const rendered = await asApp('POST', `/v1/edge/staging/render/${PROMPT}`, {
    variables: { customer: 'Zoë' },
    locale: 'fr-CA',
  });
  say(`   rendered for fr-CA (falls back to ${rendered.locale}):\n${quote(rendered.text)}`);

  say('5  Ada changes the greeting; it goes out the same way.');
  await asAda('POST', `/v1/prompts/${encodeURIComponent(PROMPT)}/versions`, {
    tag: '1.1.0',
    changeMessage: 'Friendlier',
    text: 'Hi {{customer}}! What can we do for you today? {{asset:brand/voice}}',
  });
  const second = await asAda('POST', '/v1/deployments', {
    environment: 'staging',
    autoDeploy: true,
    items: [{ type: 'prompt', prompt: PROMPT, tag: '1.1.0' }],
  });
  for (const reason of second.riskReasons) say(`   risk ${reason.level}: ${reason.message}`);
  await asBen('POST', `/v1/deployments/${second.id}/approve`, {});
  await show(asApp);

  say('6  The translations are missing: Ada rolls back, Ben approves, the edge serves what it served before.');
  const rollback = await asAda('POST', `/v1/deployments/${second.id}/rollback`, {
    reason: 'The translations were lost',
  });
  if (rollback.status === 'pending') await asBen('POST', `/v1/deployments/${rollback.id}/approve`, {});
  const after = await show(asApp);
  if (after.text !== before.text) throw new Error('the rollback did not restore what was served before');

  return { ada, ben, key };
}

/** The prompt goes to production with a model, and runs there. */
async function run(url, { ada, ben, key: firstKey }, isFresh) {
  const [asAda, asBen] = await Promise.all([ada, ben].map((person) => logIn(url, person)));
  const cleo = { email: `cleo-${randomBytes(3).toString('hex')}@example.com`, password: newPassword() };

  say(`7  To run a prompt takes a model. Ada registers \`${MODEL}\`, which says the prompt back: it needs no key.`);
  const prices = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };
  await asAda('POST', '/v1/models', { name: MODEL, provider: 'mock', model: 'echo', prices }, [201, 409]);

  const production = await asAda('POST', '/v1/deployments', {
    environment: 'production',
    autoDeploy: true,
    items: [
      { type: 'asset', asset: 'brand/voice', tag: '1.0.0' },
      { type: 'prompt', prompt: PROMPT, tag: '1.0.0' },
      { type: 'model', model: MODEL, revision: 1 },
    ],
  });
  say(`   to production with it: risk ${production.riskLevel}, approvals needed: ${production.requiredApprovals}`);
  const asCleo = await join(url, asAda, { ...cleo, name: 'Cleo' });
  let { status } = production;
  for (const approve of [asBen, asCleo])
    if (status === 'pending') ({ status } = await approve('POST', `/v1/deployments/${production.id}/approve`, {}));
  say(`   Ben approves, and Cleo, whom Ada invited for it: ${status}`);

  say('8  The application runs the greeting in production. Its words arrive one by one:');
  const { key } = isFresh ? { key: firstKey } : await makeKey(asAda);
  await watch(url, key);
  return { ada, ben, cleo, key };
}

const DATASET = 'support/greetings';
/** Two rules: how near to what was wanted, by ROUGE-L; and whether it costs more than it should. */
const EVALUATORS = [
  { name: 'wording', type: 'rouge_l', config: { threshold: 0.8 } },
  { name: 'thrift', type: 'cost', config: { maxMicros: 33 } },
];

/** Fifty customers, and how each would like to be greeted: one in five as the newer version does. */
function cases() {
  const first = ['Ada', 'Ben', 'Chloé', 'Dmitri', 'Elif', 'Fatou', 'Goran', 'Hana', 'Iñigo', 'Jörg'];
  const last = ['Abe', 'Berg', 'Costa', 'Dubois', 'Eriksen'];
  const names = last.flatMap((family) => first.map((name) => `${name} ${family}`));
  return names.map((customer, i) => ({
    input: { customer },
    expected:
      i % 5 === 4
        ? `Hi ${customer}! What can we do for you today? Be warm, be brief.`
        : `Hello ${customer}, how can we help? Be warm, be brief.`,
  }));
}

/** The two versions are run over a dataset, and compared. */
async function evaluate(url, demo, isFresh) {
  const asAda = await logIn(url, demo.ada);
  say('9  Which of the two greetings is better? Ada has both run over fifty customers, and scored:');
  const { code } = await asAda('POST', '/v1/datasets', { name: DATASET }, [201, 409]);
  const path = `/v1/datasets/${encodeURIComponent(DATASET)}`;
  if (code === undefined) await asAda('POST', `${path}/items`, { items: cases() });
  for (const evaluator of EVALUATORS) await asAda('POST', '/v1/evaluators', evaluator, [201, 409]);
  const { id } = await asAda(
    'POST',
    '/v1/evaluations',
    {
      prompt: PROMPT,
      tags: ['1.0.0', '1.1.0'],
      models: [MODEL],
      dataset: DATASET,
      evaluators: EVALUATORS.map(({ name }) => name),
    },
    [202],
  );
  const began = Date.now();
  const ended = await untilOver(asAda, id);
  if (ended.status !== 'completed') throw new Error(`the evaluation is ${ended.status}: ${ended.reason?.message}`);
  const { dataset, progress } = ended;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  say(
    `   ${progress.done} runs over version ${dataset.version} of ${DATASET} in ${seconds} s, ${progress.failed} failed:\n`,
  );
  const comparison = await asAda('GET', `/v1/evaluations/${id}/comparison`);
  for (const line of tableOf(comparison)) say(`   ${line}`);
  const { winner, reason } = comparison;
  say(`\n   ${winner === null ? 'There is no winner' : `${winner.tag} wins`}: ${reason.message}`);
  const { key } = isFresh ? demo : await makeKey(asAda);
  return { ...demo, key, evaluation: id };
}

async function untilOver(asAda, id) {
  for (;;) {
    const evaluation = await asAda('GET', `/v1/evaluations/${id}`);
    if (evaluation.status !== 'queued' && evaluation.status !== 'running') return evaluation;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

/** A comparison as lines of text, in columns. */
function tableOf({ rows }) {
  const estimate = ({ mean, interval }) =>
    mean === null
      ? '–'
      : `${mean.toFixed(3)}${interval === null ? '' : ` [${interval.map((end) => end.toFixed(3)).join(', ')}]`}`;
  const head = ['version', ...EVALUATORS.map(({ name }) => name), 'together', 'passed', 'p50', 'p95', 'cost'];
  const lines = rows.map((row) => [
    row.tag,
    ...row.scores.map(estimate),
    estimate(row.overall),
    `${Math.round(row.passRate * 100)} %`,
    `${Math.round(row.latencyMs.p50)} ms`,
    `${Math.round(row.latencyMs.p95)} ms`,
    `$${(row.costMicros / 1_000_000).toFixed(6)}`,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column].length)));
  return [head, ...lines].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('   ')
      .trimEnd(),
  );
}

/** Runs the prompt, and shows its events as they come. */
async function watch(url, key) {
  const response = await fetch(`${url}${EXECUTE}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: wish({ environment: 'production' }),
  });
  if (!response.ok) throw new Error(`${EXECUTE} answered ${response.status}: ${await response.text()}`);
  process.stdout.write('      “');
  const types = [];
  for await (const event of serverSentEvents(response.body)) {
    types.push(event.type);
    if (event.type === 'token_chunk') process.stdout.write(event.text);
    if (event.type === 'job_failed') throw new Error(event.error.message);
    if (event.type !== 'job_complete') continue;
    const { usage, timeToFirstTokenMs, latencyMs } = event;
    const chunks = types.filter((type) => type === 'token_chunk').length;
    say(`”\n   events: job_started · ${chunks} × token_chunk · job_complete`);
    say(`   ${usage.inputTokens} tokens in, ${usage.outputTokens} out, ${usage.costMicros} millionths of a dollar;`);
    say(`   the first word after ${timeToFirstTokenMs} ms, the end after ${latencyMs} ms`);
  }
  if (types.at(-1) !== 'job_complete') throw new Error(`the run ended with ${types.at(-1)}`);
}

/** What to run: `{environment}` or `{tag}`. */
const wish = (which) =>
  JSON.stringify({ ...which, model: MODEL, variables: { customer: 'Zoë' }, parameters: PARAMETERS });

async function* serverSentEvents(body) {
  let rest = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + part).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block);
      if (data !== null) yield JSON.parse(data[1]);
    }
  }
}

async function show(asApp) {
  const served = await asApp('GET', EDGE);
  say(`   edge: ${served.tag}, generation ${served.generation}, from ${served.tier}\n${quote(served.text)}`);
  return served;
}

async function greet(url, { key }) {
  say('The data of the last start is here:');
  await show(client(url, key));
}

function tell(url, { ada, ben, cleo, key, evaluation }) {
  say(`
Logins    Ada (owner)     ${ada.email}   ${ada.password}
          Ben (approver)  ${ben.email}   ${ben.password}
          Cleo (approver) ${cleo.email}   ${cleo.password}
API key   ${key}

Try it:

  curl -i ${url}${EDGE} \\
    -H 'Authorization: Bearer ${key}'

  curl '${url}${EDGE}?locale=de' \\
    -H 'Authorization: Bearer ${key}'

  curl ${url}/v1/edge/staging/render/${PROMPT} \\
    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '{"variables":{"customer":"Zoë"},"locale":"fr"}'

  curl '${url}/v1/prompts/${encodeURIComponent(PROMPT)}/diff?from=1.0.0&to=1.1.0' \\
    -H 'Authorization: Bearer ${key}'

  curl -N ${url}${EXECUTE} \\
    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -H 'Accept: text/event-stream' \\
    -d '${wish({ environment: 'production' })}'

  curl '${url}${EXECUTE}?wait=true' \\
    -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '${wish({ tag: '1.1.0' })}'

  curl '${url}/v1/executions?limit=3' \\
    -H 'Authorization: Bearer ${key}'

  curl '${url}/v1/evaluations/${evaluation}/comparison?format=csv' \\
    -H 'Authorization: Bearer ${key}'

  curl '${url}/v1/evaluations/${evaluation}/results?tag=1.1.0&limit=2' \\
    -H 'Authorization: Bearer ${key}'

  curl ${url}/v1/auth/login \\
    -H 'Content-Type: application/json' \\
    -d '{"email":"${ben.email}","password":"${ben.password}"}'
`);
}
