// What the language server gives to the editor.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { answering } from './answers';
import { check, codes, open, Tests } from './check';

const faulty = 'FROM busybox AS Build\n# 🐳\nMAINTAINER Jo\nCMD sleep 3\n';

export const languageTests: Tests = {
  async 'diagnostics come, and go when the fault is mended'() {
    const editor = await open('a/Dockerfile', faulty);
    await check.until('three diagnostics', () => codes(editor.document.uri).length === 3);
    assert.deepEqual(codes(editor.document.uri), ['JSONArgsRecommended', 'MaintainerDeprecated', 'StageNameCasing']);
    await editor.edit(edit => edit.replace(editor.document.lineAt(2).range, 'LABEL maintainer=Jo'));
    await check.until('two diagnostics', () => codes(editor.document.uri).length === 2);
  },

  async 'a quick fix changes the text as it says'() {
    const editor = await open('b/Dockerfile', faulty);
    const uri = editor.document.uri;
    await check.until('diagnostics', () => codes(uri).length === 3);
    const range = vscode.languages.getDiagnostics(uri).find(d => d.message.includes('lowercase'))!.range;
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, range, 'quickfix', 10);
    const fix = actions.find(a => a.isPreferred);
    assert.ok(fix?.edit, `no preferred fix with an edit among: ${actions.map(a => a.title)}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(editor.document.getText(), /^FROM busybox AS build\n/);
  },

  async 'fixing a file tells what is left'() {
    const editor = await open('all/Dockerfile', faulty);
    await check.until('diagnostics', () => codes(editor.document.uri).length === 3);
    const asked = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.document.fixAll'));
    assert.deepEqual(asked.map(({ args }) => args[0]), ['Fixed 2 problems. 1 problem is left, which the light bulb may help with.']);
  },

  async 'a fix can be chosen for the file in front'() {
    const editor = await open('choose/Dockerfile', faulty);
    await check.until('diagnostics', () => codes(editor.document.uri).length === 3);
    await answering(({ input, args }) => input === 'showQuickPick' ? (args[0] as { label: string }[]).find(({ label }) => /lowercase|to build/.test(label)) : undefined,
      () => vscode.commands.executeCommand('dockwright.document.applyFix'));
    assert.match(editor.document.getText(), /^FROM busybox AS build\n/);
  },

  async 'a file with nothing to fix says nothing of what is left'() {
    await open('clean/Dockerfile', 'FROM busybox\n');
    const asked = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.document.fixAll'));
    assert.deepEqual(asked, []);
  },

  async 'a file is formatted, unless that is left to another extension'() {
    const editor = await open('crooked/Dockerfile', '  FROM busybox\n  COPY a \\\nb /\n');
    const edits = () => vscode.commands.executeCommand<vscode.TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', editor.document.uri, { tabSize: 2, insertSpaces: true });
    const enable = (value?: boolean) => vscode.workspace.getConfiguration('dockwright').update('format.enable', value, vscode.ConfigurationTarget.Global);
    await check.until('edits', async () => (await edits())?.length);
    await vscode.commands.executeCommand('editor.action.formatDocument');
    assert.match(editor.document.getText(), /^FROM busybox\nCOPY a \\\n +b \/\n$/); // as wide as VS Code takes the file to be indented
    await editor.edit(edit => edit.insert(new vscode.Position(0, 0), ' '));
    try {
      await enable(false);
      await check.until('no formatter', async () => !(await edits())?.length);
    } finally {
      await enable(undefined);
    }
    await check.until('edits again', async () => (await edits())?.length);
  },
};
