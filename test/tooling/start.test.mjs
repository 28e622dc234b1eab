// `npm start` says what is wrong with its settings before it does anything.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { capture } from '../../scripts/run.mjs';

for (const PORT of ['abc', '0', '-1', '80.5', '65536']) {
  test(`PORT=${PORT} is named`, async () => {
    const STATE_DIR = path.join(tmpdir(), `footlight-never-${process.pid}`);
    const { code, output } = await capture('node', ['scripts/start.mjs'], { env: { PORT, STATE_DIR } });
    assert.equal(code, 1);
    assert.equal(output.trim(), `PORT is ${PORT}, and must be a number from 1 to 65535.`);
    assert.ok(!existsSync(STATE_DIR));
  });
}
