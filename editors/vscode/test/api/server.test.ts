// What happens when the server or the engine is not there.
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ContextNode } from '../../src/trees/contexts';
import { answering } from './answers';
import { check, codes, exports, folder, open, Tests } from './check';
import { proxy } from './engine';

const setting = (name: string, value: unknown) => vscode.workspace.getConfiguration('dockwright').update(name, value, vscode.ConfigurationTarget.Global);

export const serverTests: Tests = {
  async 'restarting the server brings the diagnostics back'() {
    const editor = await open('restart/Dockerfile', 'FROM busybox AS Build\n');
    await check.until('a diagnostic', () => codes(editor.document.uri).length === 1);
    await vscode.commands.executeCommand('dockwright.server.restart');
    await check.until('a diagnostic', () => codes(editor.document.uri).length === 1);
  },

  async 'an engine that is not there is named in the tree, with what to do'() {
    const { app, containers } = exports();
    app.server.chosen = { host: 'unix:///nowhere/docker.sock' };
    await app.server.restart();
    const asked = await answering(() => undefined, async () => {
      const labels = (await containers.getChildren()).map(node => node.label);
      assert.ok(labels.includes('Try again') && labels.includes('Use another engine…'), `nodes: ${labels}`);
      assert.match(containers.view.message!, /\/nowhere\/docker\.sock/);
      assert.match(exports().status.item.text, /\$\(warning\)/);
    });
    assert.deepEqual(asked, [], 'the tree says it, no message does');
    const built = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.image.build', { dockerfile: vscode.Uri.joinPath(folder(), 'app', 'Dockerfile').toString() }));
    assert.deepEqual(built.map(({ args }) => args.includes('Show Output')), [false], 'there is no output to be shown');
    app.server.chosen = {};
    await app.server.restart();
    await check.until('containers', async () => { await containers.getChildren(); return containers.view.message === undefined; });
    assert.match(exports().status.item.text, /\$\(package\)/);
  },

  async 'an engine at another address is named everywhere, and the one of the settings can be returned to'() {
    const { app, containers, contexts, status } = exports();
    const socket = path.join(os.homedir(), 'other', 'engine.sock'), other = `unix://${socket}`, ofSettings = process.env.DOCKWRIGHT_ENGINE!;
    fs.mkdirSync(path.dirname(socket), { recursive: true });
    const engine = await proxy(socket);
    const rows = async () => (await contexts.getChildren() as ContextNode[]).map(({ choice }) => choice);
    try {
      await containers.getChildren();
      assert.deepEqual((await rows()).filter(row => row.current).map(row => [row.host, row.configured]), [[ofSettings, true]]);
      await answering(({ input, args }) => input === 'showQuickPick' ? (args[0] as unknown[]).at(-1) : other, () => vscode.commands.executeCommand('dockwright.engine.use'));
      await check.until('its name', () => status.item.text === '$(package) Docker · other/engine.sock');
      assert.deepEqual((await rows()).filter(row => row.current).map(row => row.host), [other]);
      assert.notEqual((await rows()).find(row => row.name === 'default')!.host, other);
      const back = (await contexts.getChildren() as ContextNode[]).find(({ choice }) => choice.configured);
      const asked = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.engine.use', { host: 'unix:///nowhere/docker.sock' }));
      assert.match(String(asked[0].args[0]), /\/nowhere\/docker\.sock/);
      assert.doesNotMatch(status.item.text, /warning/, 'the one in use answers still');
      await vscode.commands.executeCommand('dockwright.engine.use', back);
      await check.until('its name', () => status.item.text.endsWith('/docker.sock'));
      assert.deepEqual((await rows()).filter(row => row.current).map(row => row.host), [ofSettings]);
      assert.ok((await rows()).some(row => row.host === other), 'the address can be used again');
    } finally {
      await engine.close();
      app.server.chosen = {};
      await app.server.restart();
    }
  },

  async 'an engine that starts later is found while the view is open'() {
    const { app, containers } = exports();
    const socket = path.join(os.homedir(), 'later.sock');
    await vscode.commands.executeCommand('dockwright.containers.focus');
    app.server.chosen = { host: `unix://${socket}` };
    await app.server.restart();
    await check.until('that it does not answer', () => /later\.sock/.test(containers.view.message ?? ''));
    const asked = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.container.prune'));
    assert.deepEqual(asked, [], 'the view says it');
    await new Promise(resolve => setTimeout(resolve, 1000)); // what was under way has ended
    const engine = await proxy(socket);
    try {
      await check.until('the containers', () => containers.view.message === undefined);
    } finally {
      await engine.close();
      app.server.chosen = {};
      await app.server.restart();
    }
  },

  async 'a program that is not there is said once, with what to do'() {
    const path = vscode.workspace.getConfiguration('dockwright').get('server.path');
    let emptied = false;
    const once = exports().containers.onDidChangeTreeData(() => { emptied ||= exports().app.server.missing; });
    const asked = await answering(() => undefined, async () => {
      await setting('server.path', '/nowhere/dockwright');
      await check.until('no server', () => exports().app.server.missing);
      await Promise.all([exports().containers, exports().images, exports().contexts].map(tree => tree.getChildren()));
    });
    once.dispose();
    assert.ok(emptied, 'the tree shows what it showed before');
    const errors = asked.filter(({ input }) => input === 'showErrorMessage');
    assert.equal(errors.length, 1, JSON.stringify(asked));
    assert.match(String(errors[0].args[0]), /\/nowhere\/dockwright/);
    assert.deepEqual(errors[0].args.slice(1), ['Try Again', 'Set Path', 'Show Log']);
    const denied = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.container.run'));
    assert.deepEqual(denied.map(({ input }) => input), ['showErrorMessage'], 'nothing is asked that cannot be done');
    await setting('server.path', path);
    await check.until('the server', () => !exports().app.server.missing && vscode.workspace.getConfiguration('dockwright').get('server.path') === path);
    const editor = await open('back/Dockerfile', 'FROM busybox AS Build\n');
    await check.until('a diagnostic', () => codes(editor.document.uri).length === 1);
  },
};
