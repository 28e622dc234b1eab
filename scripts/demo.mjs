// The main job on real input, through the public API alone: what `npm start` shows. The second start finds its data again.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const PROMPT = 'support/greeting';
const EDGE = `/v1/edge/staging/prompts/${PROMPT}`;

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
 * Two people take a prompt to the edge, change it, and change it back.
 * @param {string} url where Footlight serves
 * @param {string} memory the file that remembers the logins from one start to the next
 */
export async function demo(url, memory) {
  const known = existsSync(memory) ? JSON.parse(readFileSync(memory, 'utf8')) : null;
  const logins = known ?? (await play(url, memory));
  if (known !== null) await greet(url, known);
  await tell(url, logins);
}

async function play(url, memory) {
  const anybody = client(url);
  const password = () => `demo-${randomBytes(9).toString('base64url')}`;
  const ada = { email: `ada-${randomBytes(3).toString('hex')}@example.com`, password: password() };
  const ben = { email: ada.email.replace('ada', 'ben'), password: password() };

  say('1  Ada opens a tenant and invites Ben to approve what goes out.');
  const adaIn = await anybody('POST', '/v1/auth/register', { ...ada, name: 'Ada', tenantName: 'Demo' });
  const asAda = client(url, adaIn.accessToken);
  const { token } = await asAda('POST', '/v1/invitations', { email: ben.email, role: 'approver' });
  const benIn = await anybody('POST', '/v1/invitations/accept', { token, name: 'Ben', password: ben.password });
  const asBen = client(url, benIn.accessToken);

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
  const { key } = await asAda('POST', '/v1/api-keys', {
    name: 'demo app',
    scopes: ['edge:read', 'prompts:read'],
    environments: ['staging'],
  });
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

  const logins = { ada, ben, key };
  writeFileSync(memory, JSON.stringify(logins, null, 2), { mode: 0o600 });
  return logins;
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

async function tell(url, { ada, ben, key }) {
  say(`
Logins    Ada (owner)     ${ada.email}   ${ada.password}
          Ben (approver)  ${ben.email}   ${ben.password}
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

  curl ${url}/v1/auth/login \\
    -H 'Content-Type: application/json' \\
    -d '{"email":"${ben.email}","password":"${ben.password}"}'
`);
}
