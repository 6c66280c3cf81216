// The tests that run inside the extension host. VS Code calls run, and fails if it rejects.
import { check, extension } from './check';
import { commandTests } from './commands.test';
import { languageTests } from './language.test';
import { manifestTests } from './manifest.test';
import { serverTests } from './server.test';

export async function run(): Promise<void> {
  const wanted = process.env.DOCKWRIGHT_TEST ?? '';
  const failed: string[] = [];
  const heap = process.memoryUsage().heapUsed, began = performance.now();
  await extension().activate();
  console.log(`# activation ${(performance.now() - began).toFixed(0)} ms, heap ${((process.memoryUsage().heapUsed - heap) / 1e6).toFixed(1)} MB`);
  for (const [name, test] of Object.entries({ ...manifestTests, ...languageTests, ...commandTests, ...serverTests })) {
    if (!name.includes(wanted)) {
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
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join(', ')}`);
  }
}
