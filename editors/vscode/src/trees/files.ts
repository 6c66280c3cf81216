// The files of a container, in the tree: a folder is read when it is opened.
import * as vscode from 'vscode';
import { App } from '../app';
import { byName, size } from '../format';
import { quietly } from '../invoke';
import { Container, File } from '../types';
import { icon, label, Node } from './tree';

export class FolderNode extends Node {
  constructor(private readonly app: App, readonly container: Container, readonly path: string) {
    super(path === '/' ? 'Files' : path.slice(path.lastIndexOf('/') + 1), vscode.TreeItemCollapsibleState.Collapsed);
    this.id = `${container.id} ${path}`;
    this.contextValue = `folder ${this.id}`;
    this.iconPath = vscode.ThemeIcon.Folder;
    label(this, path === '/' ? `files of ${container.name}` : `folder ${path}`);
  }

  override async children(): Promise<Node[]> {
    const { data, error } = await quietly<{ files: File[] | null }>(this.app, 'dockwright.container.files', { container: this.container.id, path: this.path });
    if (error) {
      return [new Unreadable(this.id!, error.message)];
    }
    return (data?.files ?? []).sort(foldersFirst).map(file => isFolder(file) ? new FolderNode(this.app, this.container, file.path) : new FileNode(this.container, file));
  }
}

export class FileNode extends Node {
  readonly path: string;

  constructor(readonly container: Container, file: File) {
    super(file.name);
    this.path = file.path;
    this.id = `${container.id} ${file.path}`;
    this.contextValue = `file ${this.id}`;
    this.iconPath = file.kind === 'link' || file.target ? icon('file-symlink-file') : vscode.ThemeIcon.File;
    this.description = file.target ? `→ ${file.target}` : size(file.size);
    this.command = { title: 'Show', command: 'dockwright.container.files', arguments: [{ container: container.id, path: file.path, read: true }] };
    label(this, file.name, this.description);
  }
}

class Unreadable extends Node {
  constructor(folder: string, message: string) {
    super(message);
    this.contextValue = `unreadable ${folder}`;
    this.iconPath = icon('warning');
    this.tooltip = message;
  }
}

export function isFolder(file: File): boolean {
  return file.kind === 'dir';
}

export function foldersFirst(a: File, b: File): number {
  return Number(isFolder(b)) - Number(isFolder(a)) || byName(a.name, b.name);
}
