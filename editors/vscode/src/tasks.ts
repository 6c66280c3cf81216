// Tasks: a build for every Dockerfile of the workspace, and for what tasks.json says.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { App } from './app';
import { painted } from './commands/build';
import { StreamTerminal } from './stream';

interface Definition extends vscode.TaskDefinition { dockerfile: string }

export class Tasks implements vscode.TaskProvider {
  constructor(private readonly app: App) {}

  async provideTasks(): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) {
      return [];
    }
    const found = await vscode.workspace.findFiles('**/{Dockerfile,Containerfile}', '**/{node_modules,.git}/**', 50);
    return found.flatMap(uri => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      return folder ? [this.task({ type: 'dockwright', dockerfile: path.posix.relative(folder.uri.path, uri.path) }, folder)] : [];
    });
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const { scope, definition } = task;
    const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
    return folder && definition.dockerfile ? this.task(definition as Definition, folder) : undefined;
  }

  private task(definition: Definition, folder: vscode.WorkspaceFolder): vscode.Task {
    const execution = new vscode.CustomExecution(async resolved => {
      const screen = new StreamTerminal();
      void this.build(resolved as Definition, folder, screen).then(code => screen.end(code), () => screen.end(1));
      return screen;
    });
    const task = new vscode.Task(definition, folder, `build ${definition.dockerfile}`, 'dockwright', execution, '$dockwright');
    task.group = vscode.TaskGroup.Build;
    task.presentationOptions = { echo: false, clear: true };
    return task;
  }

  // build writes at its end what the problem matcher reads.
  private async build(definition: Definition, folder: vscode.WorkspaceFolder, screen: StreamTerminal): Promise<number> {
    const { type: _, dockerfile, ...more } = definition;
    const uri = vscode.Uri.joinPath(folder.uri, dockerfile);
    const result = await this.app.server.call<{ failedLine?: number }>('dockwright.image.build', { fresh: Object.keys(more).length > 0, ...more, dockerfile: uri.toString() }, { output: text => screen.write(painted(text), ''), cancel: screen.cancel });
    this.app.engine.saw(result);
    if (result.error) {
      this.app.server.claim(result.error.message);
      const line = result.data?.failedLine;
      const shown = vscode.workspace.textDocuments.some(document => document.uri.toString() === uri.toString()); // the server marks the line itself then
      screen.write(line && !shown ? `${dockerfile}:${line}: error: ${result.error.message.replace(/^\S+?:\d+: /, '')}\n` : `${result.error.message}\n`, 'stderr');
    }
    return result.status === 'ok' ? 0 : 1;
  }
}
