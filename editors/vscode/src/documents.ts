// Read-only documents: what inspect returns, and files of containers. They live as long as they are shown.
import * as vscode from 'vscode';

export const scheme = 'dockwright';

export class Documents implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registered = [
    vscode.workspace.registerTextDocumentContentProvider(scheme, this),
    vscode.workspace.onDidCloseTextDocument(document => this.texts.delete(document.uri.toString())),
  ];

  // show opens text under a path, whose end says which language it is in.
  async show(path: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: path.startsWith('/') ? path : `/${path}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.registered.forEach(d => d.dispose());
    this.changed.dispose();
  }
}
