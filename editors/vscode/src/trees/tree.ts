// What the trees share: nodes that know their children, and a provider that asks them.
import * as vscode from 'vscode';
import { Server, ServerMissing } from '../server';

export abstract class Node extends vscode.TreeItem {
  children(): Promise<Node[]> | Node[] {
    return [];
  }
}

export abstract class Tree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: vscode.TreeView<Node>;

  constructor(readonly id: string, private readonly server: Server, options: Partial<vscode.TreeViewOptions<Node>> = {}) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this, ...options });
  }

  protected abstract roots(): Promise<Node[]>;

  refresh(): void {
    this.changed.fire(undefined);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node;
  }

  // The engine is for trusted workspaces; a welcome says so, and also if there is no server.
  async getChildren(node?: Node): Promise<Node[]> {
    if (node) {
      return node.children();
    }
    if (!vscode.workspace.isTrusted || this.server.missing) {
      return [];
    }
    return this.roots().catch(error => {
      if (error instanceof ServerMissing) {
        return [];
      }
      throw error;
    });
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }
}

// icon is a codicon, coloured where the colour says something that the name of the icon says too.
export function icon(name: string, color?: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name, color ? new vscode.ThemeColor(color) : undefined);
}

// label gives a node what a screen reader says of it.
export function label(node: Node, ...parts: (string | undefined | false)[]): void {
  node.accessibilityInformation = { label: parts.filter(Boolean).join(', ') };
}
