// Portkey's gateway, which does for other people's requests what an execution does: the figures beside ours. A package of its own.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { hear, run, startModule } from './processes.mjs';

const home = path.join(import.meta.dirname, 'portkey');
const PACKAGE = 'node_modules/@portkey-ai/gateway';

/**
 * Starts it; installs it when it is not there.
 * @returns null and says why, when it cannot be had: the rest of the bench needs it for nothing
 */
export async function openPortkey(say) {
  try {
    if (!isInstalled()) {
      say('installing @portkey-ai/gateway in test/bench/portkey (once)');
      const { code, output } = await run(
        'npm',
        ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'],
        home,
      );
      if (code !== 0) throw new Error(output.trim());
    }
    // Without its console, which would keep every request.
    const child = startModule('portkey-process.mjs', [path.join(home, PACKAGE, 'build/start-server.js'), '--headless']);
    const { url } = await hear(child);
    return { child, url, version: locked('package-lock.json').packages[PACKAGE].version };
  } catch (error) {
    say(`without Portkey: it cannot be installed or started\n${error.message}`);
    return null;
  }
}

/** npm writes the second file when all is there. */
function isInstalled() {
  try {
    const versionsIn = (file) => Object.entries(locked(file).packages).map(([at, { version }]) => `${at}@${version}`);
    const there = new Set(versionsIn('node_modules/.package-lock.json'));
    return versionsIn('package-lock.json').every((one) => one.startsWith('@') || there.has(one));
  } catch {
    return false;
  }
}

const locked = (file) => JSON.parse(readFileSync(path.join(home, file), 'utf8'));
