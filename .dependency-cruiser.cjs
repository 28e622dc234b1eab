// The import law of the house (docs: README.md, "The house"). `npm run check` runs it through scripts/import-law.mjs, which adds two things
// that a rule here cannot say: that every .ts file was really cruised, and that rooms form no cycle. test/tooling/import-law.test.mjs plants
// a violation of each rule and sees it caught.

/** Rooms by tier: a room imports from its own tier or below. A new room is declared here first; an undeclared one is reported. */
const TIERS = [
  ['auth', 'users', 'tenants', 'members', 'invitations', 'api-keys', 'audit', 'settings', 'idempotency', 'privacy'],
  ['content', 'prompts', 'assets', 'templates', 'models', 'environments', 'datasets', 'evaluators', 'knowledge'],
  ['deployments', 'edge'],
  ['executions', 'workflows', 'evaluations', 'feedback'],
  ['analytics', 'dead-letters', 'social', 'marketplace', 'compat', 'ops'],
];

/** What any domain may import beside the kernel and itself. */
const DOMAIN_MAY_IMPORT = ['^src/(templates|privacy)/public\\.ts$', npm('mustache'), npm('diff')];

/** What one domain may import beside that: [room, what, why]. Another room's domain comes through its public.ts. */
const DOMAIN_EXCEPTIONS = [
  ['api-keys', '^(node:)?zlib$', 'a key carries a checksum'],
  ['auth', '^(node:)?crypto$', 'a password is hashed as a pure function of it, its salt and the cost'],
  [
    'deployments',
    '^src/environments/public\\.ts$',
    "risk levels and the approvals they need are the environment's vocabulary",
  ],
  [
    'deployments',
    '^src/content/public\\.ts$',
    'what is planned and weighed are versions, and how much their text changed',
  ],
  ['deployments', '^src/models/public\\.ts$', "what is planned and weighed are models' revisions too"],
  ['deployments', '^src/evaluators/public\\.ts$', 'what is required and weighed are scores'],
  ['executions', '^src/models/public\\.ts$', 'what is run are models, and what they say and fail of is theirs to name'],
  ['executions', '^src/content/public\\.ts$', 'what is sent is a content'],
  ['prompts', '^src/content/public\\.ts$', 'what is rendered is a content'],
];

/** Packages that stand in few places: package → where. */
const PACKAGES = [
  ['hono', ['^src/app\\.ts$', '^src/platform/http/', '^src/[^/]+/routes(\\.ts$|/)']],
  ['@hono/zod-openapi', ['^src/app\\.ts$', '^src/platform/http/', '^src/[^/]+/(routes|schemas)(\\.ts$|/)']],
  ['drizzle-orm', ['^src/platform/db/', '^src/[^/]+/repo(\\.ts$|/)', '^src/[^/]+/table\\.ts$']],
  ['drizzle-zod', ['^src/[^/]+/schemas(\\.ts$|/)']],
  ['jose', ['^src/auth/']],
  ['openai', ['^src/models/providers(\\.ts$|/)']],
  ['@anthropic-ai/sdk', ['^src/models/providers(\\.ts$|/)']],
];

/** What is no HTTP and still reads by a schema; nothing that starts with the isolate may import it. */
const NEEDS_SCHEMAS = [
  // A version's settings are read as a model's parameters are.
  '^src/executions/queries/prepare\\.ts$',
];

/** Resolved (node_modules/x/…) or, where it is not installed, as written. */
function npm(name) {
  return `^(node_modules/)?${name}(/|$)`;
}

/** Files of one kind in any room: `layer('repo')` is src/<room>/repo.ts and src/<room>/repo/**. */
function layer(...names) {
  return `^src/[^/]+/(${names.join('|')})(\\.ts$|/)`;
}

/** The same in the room that `from` captured as its first group. */
function own(...names) {
  return `^src/$1/(${names.join('|')})(\\.ts$|/)`;
}

const rooms = TIERS.flat();
const ROOM = `^src/(${rooms.join('|')})/`;
const OURS = '^(src|durable-objects|test|scripts|migrations)/';
const NEVER = '^no file has this name$';

/** Inside a room: what a layer must not import of its own room. What is left follows from the arrows of the architecture. */
const LAYERS = [
  [
    'routes',
    ['repo', 'table', 'consumer', 'workflow', 'public', 'public-http'],
    'routes → commands, queries, schemas → domain',
  ],
  [
    'schemas',
    ['routes', 'commands', 'queries', 'repo', 'consumer', 'workflow', 'stub', 'public', 'public-http'],
    'schemas → table, domain',
  ],
  ['commands', ['routes', 'table', 'consumer', 'workflow', 'public'], 'commands → domain, repo'],
  ['queries', ['routes', 'table', 'consumer', 'workflow', 'public'], 'queries → domain, repo'],
  [
    'public',
    ['routes', 'schemas', 'public-http'],
    'public is what other rooms work with, public-http what their HTTP is made of',
  ],
  ['consumer', ['routes', 'table', 'public'], 'a consumer calls commands'],
  ['workflow', ['routes', 'table', 'public'], 'a workflow calls commands'],
  [
    'repo',
    ['routes', 'schemas', 'commands', 'queries', 'consumer', 'workflow', 'stub', 'public'],
    'repo → table, and the types of the domain',
  ],
  [
    'errors|events|stub',
    ['routes', 'commands', 'queries', 'repo', 'table', 'consumer', 'workflow', 'public'],
    'errors, events and stub are leaves',
  ],
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // The floors of the house.
    {
      name: 'kernel-imports-nothing',
      comment: 'kernel is pure: it imports nothing but itself (and hashes with node:crypto).',
      severity: 'error',
      from: { path: '^src/kernel/' },
      to: { pathNot: ['^src/kernel/', '^(node:)?crypto$'] },
    },
    {
      name: 'platform-imports-kernel-only',
      comment: 'platform knows no feature: of ours it imports the kernel only.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: OURS, pathNot: '^src/(kernel|platform)/' },
    },
    {
      name: 'room-imports-no-root',
      comment: 'app.ts and worker.ts compose the rooms; no room, and no floor below, knows them.',
      severity: 'error',
      from: { path: '^(src/[^/]+|durable-objects)/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'Neither src nor durable-objects imports tests, scripts or a test library.',
      severity: 'error',
      from: {},
      to: {
        path: [`^(test|scripts|migrations)/`, '^cloudflare:test$', npm('vitest'), npm('@cloudflare/vitest-plugin')],
      },
    },

    // Between rooms.
    {
      name: 'room-through-public',
      comment: "Another room is entered through its public.ts only (a table.ts through the other's table.ts).",
      severity: 'error',
      from: { path: ROOM, pathNot: layer('table') },
      to: { path: ROOM, pathNot: ['^src/$1/', '^src/[^/]+/public(-http)?\\.ts$'] },
    },
    {
      name: 'public-http-is-for-http',
      comment:
        "A room's public-http.ts holds what other rooms' schemas and routes need of its own: schemas are loaded with the routes, when first asked for.",
      severity: 'error',
      from: { pathNot: [layer('routes', 'schemas'), ...NEEDS_SCHEMAS] },
      to: { path: '^src/[^/]+/public-http\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'table-imports-tables',
      comment:
        "A table.ts imports kernel, platform/db, other tables and, for vocabularies, its own domain or another room's public.ts.",
      severity: 'error',
      from: { path: '^src/([^/]+)/table\\.ts$' },
      to: {
        path: OURS,
        pathNot: ['^src/(kernel|platform/db)/', layer('table'), own('domain'), '^src/(?!$1/)[^/]+/public\\.ts$'],
      },
    },
    ...TIERS.slice(0, -1).map((tier, index) => ({
      name: `tier-${index + 1}-imports-above`,
      comment: `A room of tier ${index + 1} imports its own tier or below; upwards only by a queue event.`,
      severity: 'error',
      from: { path: `^src/(${tier.join('|')})/` },
      to: {
        path: `^src/(${TIERS.slice(index + 1)
          .flat()
          .join('|')})/`,
      },
    })),

    // Inside a room.
    ...rooms.map((room) => ({
      name: 'domain-is-pure',
      comment: 'domain imports kernel, its own domain and DOMAIN_MAY_IMPORT; the rest is named in DOMAIN_EXCEPTIONS.',
      severity: 'error',
      from: { path: `^src/(${room})/domain(\\.ts$|/)` },
      to: {
        pathNot: [
          '^src/kernel/',
          own('domain'),
          ...DOMAIN_MAY_IMPORT,
          ...DOMAIN_EXCEPTIONS.filter(([from]) => from === room).map(([, what]) => what),
        ],
      },
    })),
    ...LAYERS.map(([name, forbidden, why]) => ({
      name: `layer-${name.replaceAll('|', '-')}`,
      comment: `${why}.`,
      severity: 'error',
      from: { path: `^src/([^/]+)/(${name})(\\.ts$|/)` },
      to: { path: own(...forbidden) },
    })),
    {
      name: 'schemas-are-http',
      comment: 'Only routes, schemas and public-http import a schema; the others its types.',
      severity: 'error',
      from: { pathNot: layer('routes', 'schemas', 'public-http') },
      to: { path: layer('schemas'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'repo-is-behind-commands',
      comment: 'Only commands, queries, consumer, workflow, public and other files of the repo import a repo.',
      severity: 'error',
      from: { pathNot: layer('commands', 'queries', 'consumer', 'workflow', 'public', 'repo') },
      to: { path: layer('repo') },
    },
    {
      name: 'table-is-behind-repo',
      comment: 'Only repo, schemas, present, public and other tables import a table.',
      severity: 'error',
      from: { pathNot: layer('repo', 'schemas', 'present', 'table', 'public') },
      to: { path: layer('table') },
    },
    {
      name: 'routes-are-mounted-by-app',
      comment: 'Only app.ts, and routes and public-http.ts of the same room, import routes.',
      severity: 'error',
      from: { path: OURS, pathNot: ['^src/app\\.ts$', layer('routes', 'public-http')] },
      to: { path: layer('routes') },
    },

    // The composition roots.
    {
      name: 'app-composes',
      comment: "app.ts imports kernel, platform, and rooms' routes and public.ts.",
      severity: 'error',
      from: { path: '^src/app\\.ts$' },
      to: { path: OURS, pathNot: ['^src/(kernel|platform)/', layer('routes'), '^src/[^/]+/public\\.ts$'] },
    },
    {
      name: 'worker-composes',
      comment:
        "worker.ts imports app, kernel, platform, rooms' public.ts, objects.ts, consumer.ts and workflow.ts, and the objects.",
      severity: 'error',
      from: { path: '^src/worker\\.ts$' },
      to: {
        path: OURS,
        pathNot: [
          '^src/app\\.ts$',
          '^src/(kernel|platform)/',
          layer('consumer', 'workflow', 'objects'),
          '^src/[^/]+/public\\.ts$',
          '^durable-objects/',
        ],
      },
    },

    // Durable Objects.
    {
      name: 'object-is-a-thin-shell',
      comment: "A Durable Object imports kernel, platform and rooms' domain; of anything else only types.",
      severity: 'error',
      from: { path: '^durable-objects/' },
      to: { path: OURS, pathNot: ['^src/(kernel|platform)/', layer('domain')], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'object-only-in-worker',
      comment: 'Only worker.ts imports the classes of Durable Objects as values.',
      severity: 'error',
      from: { pathNot: '^src/worker\\.ts$' },
      to: { path: '^durable-objects/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'object-through-stub',
      comment: 'A room reaches an object through its typed stub.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/worker\\.ts$', layer('stub')] },
      to: { path: '^durable-objects/' },
    },

    // Packages.
    {
      name: 'edge-is-light',
      comment: "The hot path loads neither drizzle nor a provider's SDK.",
      severity: 'error',
      from: { path: '^src/edge/' },
      to: { path: [npm('drizzle-orm'), npm('drizzle-zod'), npm('openai'), npm('@anthropic-ai/sdk')] },
    },
    ...PACKAGES.map(([name, places]) => ({
      name: `package-${name.replace(/^@/, '').replaceAll('/', '-')}`,
      comment: `${name} stands in few places: see PACKAGES.`,
      severity: 'error',
      from: { pathNot: places },
      to: { path: npm(name) },
    })),

    // Everywhere.
    {
      name: 'no-cycle',
      comment: 'No cycles. (Through an object only types can pass, so such a cycle does not exist at run time.)',
      severity: 'error',
      from: { pathNot: '^durable-objects/' },
      to: { circular: true, viaOnly: { pathNot: '^durable-objects/' } },
    },
    {
      name: 'no-orphan',
      comment: 'A file that imports nothing and that nothing imports is dead.',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that does not resolve escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^cloudflare:' },
    },
  ],
  // A module that "must" import what does not exist is reported for existing at all.
  required: [
    {
      name: 'unknown-room',
      comment: 'A new room declares its tier: TIERS in .dependency-cruiser.cjs.',
      severity: 'error',
      module: { path: '^src/[^/]+/', pathNot: [ROOM, '^src/(kernel|platform)/'] },
      to: { path: NEVER },
    },
    {
      name: 'unknown-root',
      comment: 'In src stand worker.ts, app.ts and rooms; nothing else.',
      severity: 'error',
      module: { path: '^src/[^/]+$', pathNot: ['^src/(worker|app)\\.ts$', '\\.d\\.ts$'] },
      to: { path: NEVER },
    },
    {
      name: 'no-test-code-in-src',
      comment: 'Tests live in test/.',
      severity: 'error',
      module: { path: ['\\.(test|spec|bench)\\.ts$', '/(__tests__|__mocks__|fixtures)/'] },
      to: { path: NEVER },
    },
  ],
  options: {
    // TypeScript 7 has no programmatic API: without this line dependency-cruiser sees no .ts file and is content.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['workerd', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
