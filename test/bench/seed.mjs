// What the bench serves, made through the public API; only the bulk that would take minutes is written past it.

/** Calls the Worker; every call has an id by which the log can be asked what it cost. */
export class Client {
  static #calls = 0;
  #house;
  #credential;

  constructor(house, credential) {
    this.#house = house;
    this.#credential = credential;
  }

  as(credential) {
    return new Client(this.#house, credential);
  }

  /** @returns the answer's body and `operations()`: what it made the stores do */
  async call(method, path, body, headers = {}) {
    const id = `bench-${++Client.#calls}`;
    const response = await fetch(`${this.#house.footlight}${path}`, {
      method,
      headers: {
        'x-request-id': id,
        ...(this.#credential === undefined ? {} : { authorization: `Bearer ${this.#credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 400) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return { body: text === '' ? null : JSON.parse(text), text, operations: () => this.#house.logs.operations(id) };
  }
}

const PARAGRAPH =
  'You are the assistant of {{company}}, and you are talking to {{customer}}. Be warm, brief and precise; ' +
  'never promise what the policy below does not say. Where you do not know, say so and offer a colleague.\n';

/** A prompt's text of about 2 KB, in one of three languages. */
const textIn = (language) =>
  `[${language}] ${PARAGRAPH.repeat(9)}{{#premium}}They are a premium customer.{{/premium}}\nQuestion: {{question}}\n`;

export const VARIABLES = { company: 'Acme', customer: 'Ada', question: 'Where is my parcel?', premium: true };

const version = (tag) => ({
  tag,
  text: textIn('en'),
  translations: [
    { locale: 'fr', text: textIn('fr') },
    { locale: 'de', text: textIn('de') },
  ],
  variables: [
    { name: 'company', type: 'string' },
    { name: 'customer', type: 'string' },
    { name: 'question', type: 'string' },
    { name: 'premium', type: 'boolean', required: false },
  ],
});

/** A tenant with some prompts of one version each, and an API key for the edge. */
export async function seedTenant(house, people, prompts) {
  const email = `bench-${people}@example.com`;
  const credentials = { email, password: 'correct horse battery' };
  const registered = await new Client(house).call('POST', '/v1/auth/register', {
    ...credentials,
    name: 'Ada',
    tenantName: 'Bench',
  });
  const person = new Client(house, registered.body.accessToken);
  const names = Array.from({ length: prompts }, (_, i) => `support/prompt-${i}`);
  for (const name of names) {
    await person.call('POST', '/v1/prompts', { name, kind: 'text', locale: 'en', version: version('1.0.0') });
  }
  const { body: key } = await person.call('POST', '/v1/api-keys', { name: 'bench', scopes: ['edge:read'] });
  return { tenantId: registered.body.tenant.id, credentials, person, names, key: key.key };
}

/** Requests the deployment of prompts to development, where nobody has to approve, and executes it. */
export async function deploy(person, names, tag = '1.0.0') {
  const items = names.map((prompt) => ({ type: 'prompt', prompt, tag }));
  const requested = await person.call('POST', '/v1/deployments', { environment: 'development', items });
  return person.call('POST', `/v1/deployments/${requested.body.id}/deploy`);
}

/** Writes the next version of a prompt. */
export const writeVersion = (person, name, tag) =>
  person.call('POST', `/v1/prompts/${encodeURIComponent(name)}/versions`, version(tag));

/**
 * Makes a tenant large: copies of its first prompt and of that one's version and activation, by SQL.
 * @param count how many prompts more
 */
export async function enlarge(house, { tenantId, names }, count) {
  const numbers = JSON.stringify(Array.from({ length: count }, (_, i) => i));
  const { results: tables } = await house.database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('entries', 'versions', 'translations', 'activations', 'bundles')`,
    )
    .all();
  const [{ id: entryId }] = (
    await house.database
      .prepare('SELECT id FROM entries WHERE tenant_id = ? AND name = ?')
      .bind(tenantId, names[0])
      .all()
  ).results;
  const [{ id: versionId }] = (
    await house.database
      .prepare('SELECT id FROM versions WHERE tenant_id = ? AND entry_id = ? LIMIT 1')
      .bind(tenantId, entryId)
      .all()
  ).results;
  const fresh = {
    entries: { id: `'prm_b' || n.value`, name: `'bulk/prompt-' || n.value`, row_id: 'NULL' },
    versions: { id: `'ver_b' || n.value`, entry_id: `'prm_b' || n.value` },
    translations: { version_id: `'ver_b' || n.value` },
    activations: {
      entry_id: `'prm_b' || n.value`,
      version_id: `'ver_b' || n.value`,
      name: `'bulk/prompt-' || n.value`,
    },
    bundles: { name: `'bulk/prompt-' || n.value` },
  };
  const from = {
    entries: `id = '${entryId}'`,
    versions: `id = '${versionId}'`,
    translations: `version_id = '${versionId}'`,
    activations: `entry_id = '${entryId}' AND to_generation IS NULL`,
    bundles: `name = '${names[0]}'`,
  };
  for (const { name: table } of tables) {
    const { results: columns } = await house.database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    const list = columns.map((column) => column.name);
    const values = list.map((column) => fresh[table][column] ?? `t.${column}`);
    await house.database
      .prepare(
        `INSERT INTO ${table} (${list.join(', ')}) SELECT ${values.join(', ')} FROM ${table} AS t, json_each(?1) AS n
         WHERE t.tenant_id = ?2 AND t.${from[table]}`,
      )
      .bind(numbers, tenantId)
      .run();
  }
}

/**
 * Many names for one bundle: asked in turn, each comes around only after memory has lost it, so that KV has to answer.
 * @returns the names, and where KV has them
 */
export async function spread(house, { tenantId, names }, count) {
  const keyOf = (name) => `bundle:${tenantId}:development:${name}`;
  const copies = Array.from({ length: count }, (_, i) => ({ name: `spread/${i}`, key: keyOf(`spread/${i}`) }));
  for (let i = 0; i < count; i += 100) {
    const body = JSON.stringify({ from: keyOf(names[0]), to: copies.slice(i, i + 100) });
    const { status } = await fetch(`${house.bare}/copies`, { method: 'PUT', body });
    if (status !== 204) throw new Error(`copying bundles answered ${status}`);
  }
  return copies;
}

/**
 * A tenant that runs a prompt on models of the fake provider.
 * @param provider where the fake provider listens
 * @returns an API key, and what to send to run the prompt on one of them: each scenario's name is a model's
 */
export async function seedStreams(house, provider) {
  const registered = await new Client(house).call('POST', '/v1/auth/register', {
    email: 'streams@example.com',
    password: 'correct horse battery',
    name: 'Ada',
    tenantName: 'Streams',
  });
  const person = new Client(house, registered.body.accessToken);
  await person.call('PUT', '/v1/provider-credentials/openai-compatible', { apiKey: 'sk-bench-not-a-secret-0001' });
  await person.call('POST', '/v1/prompts', {
    name: 'greeting',
    kind: 'text',
    version: { tag: '1.0.0', text: 'Hello {{customer}}, how are you?' },
  });
  await deploy(person, ['greeting']);
  for (const scenario of SCENARIOS) {
    const baseUrl = `${provider}/${scenario}/bench/v1`;
    await person.call('POST', '/v1/models', { name: scenario, provider: 'openai-compatible', model: 'bench', baseUrl });
  }
  await person.call('PATCH', '/v1/execution-settings', { executionsPerMinute: 100_000, concurrentExecutions: 1_000 });
  const { body: key } = await person.call('POST', '/v1/api-keys', {
    name: 'streams',
    scopes: ['executions:run', 'executions:read'],
  });
  const bodyFor = (model) => JSON.stringify({ environment: 'development', model, variables: { customer: 'Ada' } });
  return { key: key.key, bodyFor };
}

/** Of the fake provider: so many chunks, and the milliseconds between them. */
const SCENARIOS = ['chunks-20', 'chunks-1000', 'chunks-100-20', 'chunks-1000-2'];
