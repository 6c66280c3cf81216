// Commands on documents.
import * as vscode from 'vscode';
import { App } from '../app';
import { count } from '../format';
import { invoke } from '../invoke';
import { given } from '../target';

export async function fixAll(app: App, first?: unknown): Promise<void> {
  const args = given(first, 'uri');
  args.uri ??= vscode.window.activeTextEditor?.document.uri.toString();
  if (args.uri) {
    const data = await invoke<{ fixed?: number; left?: number }>(app, 'dockwright.document.fixAll', args);
    if (data) {
      await tellFixed(data);
    }
  }
}

// tellFixed is told nothing where there was nothing to do.
async function tellFixed({ fixed = 0, left = 0 }: { fixed?: number; left?: number }): Promise<void> {
  const done = fixed > 0 ? `Fixed ${count(fixed, 'problem')}` : left > 0 ? 'Nothing could be fixed without a decision' : 'There is nothing to fix';
  if (left === 0) {
    vscode.window.setStatusBarMessage(done, 5000);
    return;
  }
  const show = 'Show Problems';
  if (await vscode.window.showInformationMessage(`${done}. ${count(left, 'problem')} ${left === 1 ? 'is' : 'are'} left, which the light bulb may help with.`, show) === show) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
}

// reveal shows a line of a file; pages link to it.
export async function reveal(_: App, uri: unknown, line: unknown): Promise<void> {
  const at = new vscode.Position(Math.max(0, Number(line) - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.parse(String(uri)), { selection: new vscode.Range(at, at), viewColumn: vscode.ViewColumn.One });
}

// example has something that is underlined.
const example = `# What an image is made of. Each line is a step.
# What is underlined can be mended: click it, then the light bulb.
FROM busybox:latest
ENV NAME World
WORKDIR /hello
RUN echo "Hello $NAME, from a container" > greeting.txt
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
