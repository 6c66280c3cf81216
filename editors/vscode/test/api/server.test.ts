// What happens when the server or the engine is not there.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering } from './answers';
import { check, codes, exports, folder, open, Tests } from './check';

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
    await setting('server.path', path);
    await check.until('the server', () => !exports().app.server.missing && vscode.workspace.getConfiguration('dockwright').get('server.path') === path);
    const editor = await open('back/Dockerfile', 'FROM busybox AS Build\n');
    await check.until('a diagnostic', () => codes(editor.document.uri).length === 1);
  },
};
