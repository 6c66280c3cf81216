// The tests that run inside the extension host. VS Code calls run, and fails if it rejects.
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { check, extension, Tests } from './check';
import { commandTests } from './commands.test';
import { held, leave } from './engine';
import { languageTests } from './language.test';
import { manifestTests } from './manifest.test';
import { plainTests } from './plain.test';
import { serverTests } from './server.test';

// serverMemory is what the server of this test holds in memory, as Linux counts it.
function serverMemory(): string {
  for (const pid of fs.readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      if (fs.readlinkSync(`/proc/${pid}/exe`) === process.env.DOCKWRIGHT_BINARY) {
        return (Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1000).toFixed(0);
      }
    } catch { /* it has ended, or is somebody else's */ }
  }
  return 'unknown';
}

export async function run(): Promise<void> {
  const wanted = process.env.DOCKWRIGHT_TEST ?? '';
  const failed: string[] = [];
  await extension().activate();
  const before = await held();
  const last: Tests = { // builds leave images, and a test that fails what it has begun
    async 'the tests can be run again: the engine has what it had before'() {
      await leave(before);
      assert.deepEqual(await held(), before);
    },
  };
  for (const [name, test] of Object.entries({ ...plainTests, ...manifestTests, ...languageTests, ...commandTests, ...serverTests, ...last })) {
    if (!name.includes(wanted) && !(name in last)) {
      continue;
    }
    const began = Date.now();
    try {
      await check.limit(test(), 60_000);
      console.log(`ok - ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed.push(name);
      console.log(`not ok - ${name}: ${error instanceof Error ? error.stack : error}`);
    }
  }
  console.log(`# the server uses ${serverMemory()} MB, the extension host ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB with everything in it`);
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join(', ')}`);
  }
}
