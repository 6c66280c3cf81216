// The tests that run inside the extension host. VS Code calls run, and fails if it rejects.
import { check } from './check';
import { languageTests } from './language.test';

export async function run(): Promise<void> {
  const wanted = process.env.DOCKWRIGHT_TEST ?? '';
  const failed: string[] = [];
  for (const [name, test] of Object.entries({ ...languageTests })) {
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
