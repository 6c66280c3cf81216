// Drives the built server over stdio, a socket and a pipe with the protocol library of VS Code's clients.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import * as rpc from 'vscode-languageserver-protocol/node.js';

const binary = process.env.DOCKWRIGHT_BINARY;
const uri = 'file:///project/Dockerfile';
const text = 'FROM alpine AS Build\r\n# 🐳\r\nMAINTAINER Jo\r\nCMD python3 app.py\r\n';

// connect starts the server and gives a connection of that kind to it.
async function connect(kind) {
  if (kind === 'stdio') {
    const child = spawn(binary, ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, reader: new rpc.StreamMessageReader(child.stdout), writer: new rpc.StreamMessageWriter(child.stdin) };
  }
  let argument, transport;
  if (kind === 'pipe') {
    const name = rpc.generateRandomPipeName();
    transport = await rpc.createClientPipeTransport(name);
    argument = `--pipe=${name}`;
  } else {
    const port = 20000 + process.pid % 20000;
    transport = await rpc.createClientSocketTransport(port);
    argument = `--socket=${port}`;
  }
  const child = spawn(binary, [argument], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [reader, writer] = await transport.onConnected();
  return { child, reader, writer };
}

for (const kind of ['stdio', 'socket', 'pipe']) {
  test(`diagnostics, fixes and a clean end over ${kind}`, async () => {
    const { child, reader, writer } = await connect(kind);
    const exited = once(child, 'exit');
    const connection = rpc.createProtocolConnection(reader, writer);
    connection.listen();
    const published = new Promise(resolve => connection.onNotification(rpc.PublishDiagnosticsNotification.type, resolve));
    const { capabilities, serverInfo } = await connection.sendRequest(rpc.InitializeRequest.type, {
      processId: process.pid, rootUri: null, capabilities: { textDocument: {
        publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1, 2] }, versionSupport: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } }, isPreferredSupport: true } } } });
    assert.equal(serverInfo.name, 'dockwright');
    assert.ok(capabilities.codeActionProvider);
    await connection.sendNotification(rpc.InitializedNotification.type, {});
    await connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'dockerfile', version: 7, text } });
    const { diagnostics, version } = await published;
    assert.equal(version, 7);
    assert.deepEqual(diagnostics.map(d => d.code).sort(), ['JSONArgsRecommended', 'MaintainerDeprecated', 'StageNameCasing']);
    const maintainer = diagnostics.find(d => d.code === 'MaintainerDeprecated');
    assert.deepEqual(maintainer.tags, [rpc.DiagnosticTag.Deprecated]);
    const actions = await connection.sendRequest(rpc.CodeActionRequest.type, { textDocument: { uri }, range: maintainer.range, context: { diagnostics: [maintainer] } });
    const fix = actions.find(a => a.isPreferred);
    assert.ok(fix, `no preferred fix among ${actions.map(a => a.title)}`);
    await connection.sendRequest(rpc.ShutdownRequest.type);
    await connection.sendNotification(rpc.ExitNotification.type);
    assert.deepEqual(await exited, [0, null]);
    connection.dispose();
  });
}
