// Starts the server with the options that READMEs of editors show which cannot be had here.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as rpc from 'vscode-languageserver-protocol/node.js';

// block is the part of an editor's README in that language which holds a text.
function block(editor, language, text) {
  const readme = readFileSync(path.join(import.meta.dirname, '..', editor, 'README.md'), 'utf8');
  return [...readme.matchAll(/```(\w+)\n(.*?)```/gs)].find(found => found[1] === language && found[2].includes(text))[2];
}

// toml is what lines like a.b = "c" say.
function toml(lines) {
  const tree = {};
  for (const [, name, value] of lines.matchAll(/^([\w.]+) = (".*?")/gm)) {
    const names = name.split('.'), last = names.pop();
    names.reduce((below, key) => below[key] ??= {}, tree)[last] = JSON.parse(value);
  }
  return tree;
}

const kakoune = toml(block('kakoune', 'toml', 'workspaceTrust'));
const sublime = JSON.parse(block('sublime', 'json', 'workspaceTrust')).dockwright;
const zed = JSON.parse(block('zed', 'json', 'workspaceTrust')).lsp['dockerfile-language-server'];

for (const [editor, options, settings] of [
  ['kakoune', kakoune, kakoune], // the same for both
  ['sublime', sublime.initialization_options, { rules: sublime.settings['dockwright.rules'] }],
  ['zed', zed.initialization_options, {}],
]) {
  test(`the options in the README for ${editor}`, { timeout: 60_000 }, async () => {
    assert.deepEqual(Object.keys({ ...options, ...settings }).sort(), ['engine', 'rules', 'workspaceTrust']);
    const child = spawn(process.env.DOCKWRIGHT_BINARY, ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = rpc.createProtocolConnection(new rpc.StreamMessageReader(child.stdout), new rpc.StreamMessageWriter(child.stdin));
    const said = [];
    connection.onNotification(rpc.ShowMessageNotification.type, ({ message }) => said.push(message));
    const asked = new Promise(resolve => connection.onRequest(rpc.ConfigurationRequest.type, ({ items }) => { resolve(); return items.map(() => settings); }));
    connection.listen();
    await connection.sendRequest(rpc.InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true }, textDocument: { diagnostic: {} } }, initializationOptions: options });
    await connection.sendNotification(rpc.InitializedNotification.type, {});
    await asked;
    const uri = 'file:///project/Dockerfile';
    await connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'dockerfile', version: 1, text: 'FROM alpine AS Build\nMAINTAINER Jo\n' } });
    const codes = async () => (await connection.sendRequest(rpc.DocumentDiagnosticRequest.type, { textDocument: { uri } })).items.map(({ code }) => code).join();
    while (await codes() !== 'MaintainerDeprecated') { // the answer may not have been read yet
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    assert.deepEqual(said, []);
    await connection.sendRequest(rpc.ShutdownRequest.type);
    await connection.sendNotification(rpc.ExitNotification.type);
    connection.dispose();
  });
}
