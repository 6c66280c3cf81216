// Commands on documents. The server answers most of them with an edit.
import * as vscode from 'vscode';
import { App } from '../app';
import { CommandID } from '../catalogue';
import { invoke } from '../invoke';
import { given } from '../target';

// through passes a command on as it is.
export function through(command: CommandID) {
  return async (app: App, first?: unknown) => { await invoke(app, command, given(first, 'uri')); };
}

export async function fixAll(app: App, first?: unknown): Promise<void> {
  const args = given(first, 'uri');
  args.uri ??= vscode.window.activeTextEditor?.document.uri.toString();
  if (args.uri) {
    await invoke(app, 'dockwright.document.fixAll', args);
  }
}

export async function showRule(app: App, first?: unknown): Promise<void> {
  await invoke(app, 'dockwright.document.showRule', given(first, 'rule'));
}

export async function describe(app: App): Promise<void> {
  const data = await invoke<object>(app, 'dockwright.describe', {});
  if (data) {
    await app.documents.show('dockwright-commands.json', JSON.stringify(data, undefined, 2));
  }
}

// reveal shows a line of a file; pages link to it.
export async function reveal(_: App, uri: unknown, line: unknown): Promise<void> {
  const at = new vscode.Position(Math.max(0, Number(line) - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.parse(String(uri)), { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
}

const example = `# What an image is made of. Each line is a step; what is underlined can be mended with the light bulb.
FROM busybox:latest
WORKDIR /hello
RUN echo "Hello from a container" > greeting.txt
CMD ["sh", "-c", "cat greeting.txt; echo 'I end now.'; exit 3"]
`;

// createExample writes a Dockerfile to play with. Nothing that is there is overwritten.
export async function createExample(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder) {
    void vscode.window.showInformationMessage('Open a folder first: the example is written into it.', 'Open Folder').then(pressed => pressed && vscode.commands.executeCommand('vscode.openFolder'));
    return;
  }
  const uri = vscode.Uri.joinPath(folder, 'hello', 'Dockerfile');
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(example));
  }
  await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
}
