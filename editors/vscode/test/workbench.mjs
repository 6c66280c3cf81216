// Starts VS Code's server on this machine and opens its workbench in a headless Chromium, each with fresh folders.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const extension = path.resolve(import.meta.dirname, '..');
const server = path.join(process.env.DOCKWRIGHT_VSCODE, 'out', 'server-main.js');

// quiet are the settings of a user who wants nothing from outside, and screenshots that are the same every time.
const quiet = {
  'chat.disableAIFeatures': true, 'chat.commandCenter.enabled': false, 'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off', 'workbench.enableExperiments': false, 'extensions.autoCheckUpdates': false, 'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none', 'window.menuBarVisibility': 'hidden', 'git.enabled': false, 'terminal.integrated.gpuAcceleration': 'off',
  'editor.minimap.enabled': false, 'workbench.layoutControl.enabled': false,
};

// settings are those under which the extension finds the program and the engine of this test.
export function settings(more = {}) {
  return { 'dockwright.server.path': process.env.DOCKWRIGHT_BINARY, 'dockwright.engine.host': process.env.DOCKWRIGHT_ENGINE, ...more };
}

// artifacts is the folder where screenshots stay.
export function artifacts() {
  const folder = process.env.DOCKWRIGHT_ARTIFACTS ?? path.join(extension, 'artifacts');
  mkdirSync(folder, { recursive: true });
  return folder;
}

// bundle makes the extension and its tests.
export async function bundle() {
  await promisify(execFile)(process.execPath, ['esbuild.mjs', '--test'], { cwd: extension });
}

// install makes the .vsix of this platform with the program of this test in it, and installs it. It returns the file.
export async function install(home) {
  const target = `${process.platform}-${process.arch}`;
  const run = promisify(execFile);
  await run(process.execPath, ['package.mjs', target, '--binary', process.env.DOCKWRIGHT_BINARY, '--out', home], { cwd: extension });
  const vsix = path.join(home, `dockwright-${target}.vsix`);
  await run(process.execPath, [server, `--server-data-dir=${path.join(home, 'data')}`, `--extensions-dir=${path.join(home, 'extensions')}`, '--install-extension', vsix], { env: environment(home) });
  return vsix;
}

function environment(home) { return { ...process.env, HOME: home, EXTENSIONS_GALLERY: '{}' }; }

// startVSCode starts the server with the settings of a user and gives the address at which it listens.
export async function startVSCode({ home, settings, env = {}, args = [] }) {
  const data = path.join(home, 'data');
  for (const scope of ['Machine', 'User']) {
    mkdirSync(path.join(data, 'data', scope), { recursive: true });
    writeFileSync(path.join(data, 'data', scope, 'settings.json'), JSON.stringify({ ...quiet, ...settings }));
  }
  const child = spawn(process.execPath, [
    server, '--accept-server-license-terms', '--without-connection-token',
    '--host=127.0.0.1', '--port=0', `--server-data-dir=${data}`, `--extensions-dir=${path.join(home, 'extensions')}`, '--disable-telemetry', ...args,
  ], { env: { ...environment(home), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let log = '';
  const address = await new Promise((resolve, reject) => {
    const read = chunk => {
      log += chunk;
      const found = /Web UI available at (http:\S+)/.exec(log) ?? /Server bound to 127.0.0.1:(\d+)/.exec(log);
      if (found) { resolve(found[1].startsWith('http') ? found[1] : `http://127.0.0.1:${found[1]}`); }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    exited.then(([code]) => reject(new Error(`VS Code's server ended with ${code}: ${log.slice(-500)}`)));
  });
  return {
    address: address.replace('localhost', '127.0.0.1').replace(/\/$/, ''),
    log: () => log,
    pid: child.pid,
    async close() { child.kill(); await exited; },
  };
}

// openBrowser opens an empty page. Whatever would leave this machine is stopped.
export async function openBrowser({ home, size = { width: 1280, height: 800 } }) {
  const context = await chromium.launchPersistentContext(path.join(home, 'chromium'), {
    executablePath: process.env.DOCKWRIGHT_CHROMIUM ?? '/usr/bin/chromium', headless: true, viewport: size,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  await context.route(url => !['127.0.0.1', 'localhost'].includes(url.hostname), route => route.abort());
  const page = context.pages()[0] ?? await context.newPage();
  return { context, page };
}

// workbenchURL is the address of a workbench with that folder open. With tests the extension runs as under development, and they in it.
export function workbenchURL({ address, folder, tests }) {
  const remote = `vscode-remote://${new URL(address).host}`;
  const all = [['skipWelcome', 'true']];
  if (tests) {
    all.push(['extensionDevelopmentPath', remote + extension], ['extensionTestsPath', remote + extension + tests]);
  }
  return `${address}/?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(all))}`;
}
