// Runs the tests of test/api in VS Code's extension host.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bundle, openBrowser, settings, startVSCode, workbenchURL } from './workbench.mjs';

const home = process.env.HOME;
const folder = path.join(home, 'project 🐳');
mkdirSync(folder, { recursive: true });
await bundle();
const server = await startVSCode({ home, settings: settings(), args: ['--disable-workspace-trust', '--enable-smoke-test-driver'] });
const { context, page } = await openBrowser({ home });
try {
  // VS Code's own messages come in between.
  await page.exposeFunction('codeAutomationLog', (_, args) => { if (/^(not )?ok - |^# /.test(args[0])) { console.log(args.join(' ')); } });
  const exited = new Promise(resolve => page.exposeFunction('codeAutomationExit', resolve));
  const closed = new Promise(resolve => page.once('close', () => resolve('the page closed')));
  await page.goto(workbenchURL({ address: server.address, folder, tests: '/dist/test.js' }));
  process.exitCode = await Promise.race([exited, closed]) === 0 ? 0 : 1;
} finally {
  await context.close();
  await server.close();
}
