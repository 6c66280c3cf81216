// Which Dockerfile is meant, and what the server says of it.
import * as vscode from 'vscode';
import { CommandID } from './catalogue';
import { byName } from './format';

// dockerfileFor is the file that a menu was opened on, else the one in the editor, else one that the user picks.
export async function dockerfileFor(first?: unknown): Promise<vscode.Uri | undefined> {
  if (first instanceof vscode.Uri) {
    return first;
  }
  const front = dockerfileInFront();
  if (front) {
    return front;
  }
  const found = await vscode.workspace.findFiles('**/{*[dD]ockerfile*,*[cC]ontainerfile*}', '**/{node_modules,.git}/**', 200);
  const items = found.filter(uri => !/\.(dockerignore|md|json)$/.test(uri.path)).map(uri => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  if (items.length <= 1) {
    if (items.length === 0) {
      void vscode.window.showInformationMessage('There is no Dockerfile in this workspace.', 'Create an Example')
        .then(pressed => pressed && vscode.commands.executeCommand('dockwright.example.create'));
    }
    return items[0]?.uri;
  }
  const inSight = new Set(vscode.window.visibleTextEditors.map(editor => editor.document.uri.toString()));
  const last = ({ uri }: { uri: vscode.Uri }) => Number(!inSight.has(uri.toString()));
  return (await vscode.window.showQuickPick(items.sort((a, b) => last(a) - last(b) || byName(a.label, b.label)), { placeHolder: 'Which Dockerfile?' }))?.uri;
}

// dockerfileInFront is the Dockerfile in the editor, if one is.
export function dockerfileInFront(): vscode.Uri | undefined {
  const shown = vscode.window.activeTextEditor?.document;
  return shown?.languageId === 'dockerfile' && shown.uri.scheme === 'file' ? shown.uri : undefined;
}

// defaultTag is the name that the server proposes for the image, on its lenses.
export async function defaultTag(uri: vscode.Uri): Promise<string[] | undefined> {
  await vscode.workspace.openTextDocument(uri);
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri) ?? [];
  const build: CommandID = 'dockwright.image.build';
  const lens = lenses.find(lens => lens.command?.command === build)?.command;
  const again = /^Build (\S+:\S+)$/.exec(lens?.title ?? ''); // the server repeats the name without saying it
  return lens?.arguments?.[0]?.tags ?? (again ? [again[1]] : undefined);
}

export async function stages(uri: vscode.Uri): Promise<string[]> {
  const text = (await vscode.workspace.openTextDocument(uri)).getText();
  return [...text.matchAll(/^\s*FROM\s.*\sAS\s+(\S+)\s*$/gim)].map(match => match[1]);
}
