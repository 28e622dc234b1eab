// `npm run deploy`: from a clone to a running Worker, the first time and every later time.
//   1. login and required secrets are there, else it says what to do;
//   2. the D1 database exists: wrangler finds it by the name in wrangler.toml (no id needed), but `d1 migrations apply` does not create it;
//   3. migrations, which only add, run before the code that needs them;
//   4. so do the queues: wrangler makes those that are written to, and refuses to go on without the others, where messages die;
//   5. `wrangler deploy` makes what else is missing (KV, buckets) and links all of it by name.
// Usage: npm run deploy [-- --dry-run] [-- --env <name>] [-- --secrets-file <path>] …    other arguments go to `wrangler deploy`
import { unstable_readConfig as readConfig } from 'wrangler';

import { capture, environmentOf, inherit, root } from './run.mjs';
import { deployedSecrets, requireLogin } from './secrets.mjs';

async function requireSecrets(config, envArgs, args) {
  if (args.some((arg) => arg.startsWith('--secrets-file'))) return;
  const existing = await deployedSecrets(envArgs);
  const missing = (config.secrets?.required ?? []).filter((name) => !existing.includes(name));
  if (missing.length === 0) return;
  throw new Error(
    `The Worker "${config.name}" lacks secrets: ${missing.join(', ')}.\n` +
      `  node scripts/secrets.mjs --put        makes those that Footlight can make itself; none that exists is changed\n` +
      `  npx wrangler secret put <NAME>        sets one by hand\n` +
      `Then deploy again.`,
  );
}

async function ensureDatabases(config, envArgs) {
  const wanted = config.d1_databases.filter(({ database_id: id }) => !id).map(({ database_name: name }) => name);
  if (wanted.length === 0) return;
  const list = await capture('wrangler', ['d1', 'list', '--json', ...envArgs]);
  if (list.code !== 0) throw new Error(`The account's D1 databases cannot be listed:\n${list.output.trim()}`);
  const existing = JSON.parse(list.stdout).map(({ name }) => name);
  for (const name of wanted.filter((database) => !existing.includes(database))) {
    console.log(`Creating the D1 database "${name}".`);
    const created = await capture('wrangler', ['d1', 'create', name, ...envArgs]);
    if (created.code !== 0) throw new Error(`The D1 database "${name}" cannot be created:\n${created.output.trim()}`);
  }
}

async function ensureQueues({ queues: { producers = [], consumers = [] } }, envArgs) {
  const named = [...producers, ...consumers].flatMap((of) => [of.queue, of.dead_letter_queue]);
  for (const name of new Set(named.filter((queue) => queue !== undefined))) {
    if ((await capture('wrangler', ['queues', 'info', name, ...envArgs])).code === 0) continue;
    console.log(`Creating the queue "${name}".`);
    const created = await capture('wrangler', ['queues', 'create', name, ...envArgs]);
    if (created.code !== 0) throw new Error(`The queue "${name}" cannot be created:\n${created.output.trim()}`);
  }
}

async function deploy(args) {
  if (args.includes('--dry-run')) return inherit('wrangler', ['deploy', ...args]);
  const env = environmentOf(args);
  const envArgs = env ? ['--env', env] : [];
  const config = readConfig({ config: `${root}/wrangler.toml`, env });
  await requireLogin();
  await requireSecrets(config, envArgs, args);
  await ensureDatabases(config, envArgs);
  for (const { binding } of config.d1_databases) {
    // CI answers the question whether to go on: starting this script was the answer.
    const code = await inherit('wrangler', ['d1', 'migrations', 'apply', binding, '--remote', ...envArgs], {
      CI: 'true',
    });
    if (code !== 0) throw new Error(`The migrations of ${binding} failed; the Worker that runs was not touched.`);
  }
  await ensureQueues(config, envArgs);
  return inherit('wrangler', ['deploy', ...args]);
}

try {
  process.exitCode = await deploy(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
