// What a command acts on: VS Code calls with the nodes of a tree, the URI of a file, the arguments of a lens or an action, or nothing.
import * as vscode from 'vscode';
import { ContainerNode, GroupNode, isContainers } from './trees/containers';
import { FileNode, FolderNode } from './trees/files';
import { ImageNode } from './trees/images';

export interface ContainerArgs { container?: string; containers?: string[]; [more: string]: unknown }

// containerArgs names the containers that are meant, in the server's terms. With none of them the server asks. What is inside of a container
// stands for it, but not beside containers that are selected.
export function containerArgs(first?: unknown, all?: unknown): ContainerArgs {
  const nodes = Array.isArray(all) && all.includes(first) ? all : [first];
  const ids = [...new Set((nodes.some(isContainers) ? nodes.filter(isContainers) : nodes).flatMap(containersIn))];
  if (ids.length > 1) {
    return { containers: ids };
  }
  return ids.length === 1 ? { container: ids[0] } : given(first, 'container');
}

export function imageArgs(first?: unknown, all?: unknown): { image?: string; images?: string[]; [more: string]: unknown } {
  const nodes = (Array.isArray(all) && all.includes(first) ? all : [first]).filter(node => node instanceof ImageNode);
  const names = [...new Set(nodes.map(imageName))];
  if (names.length > 1) {
    return { images: names };
  }
  return names.length === 1 ? { image: names[0] } : given(first, 'image');
}

export function imageName(node: ImageNode): string {
  return node.reference ?? node.image.id;
}

// given is what a lens, an action or a keybinding gives as arguments.
export function given(argument: unknown, main: string): Record<string, unknown> {
  if (typeof argument === 'string') {
    return { [main]: argument };
  }
  const plain = typeof argument === 'object' && argument !== null && !(argument instanceof vscode.Uri) && !(argument instanceof vscode.TreeItem);
  return plain ? { ...argument } : {};
}

function containersIn(node: unknown): string[] {
  if (node instanceof ContainerNode || node instanceof FolderNode || node instanceof FileNode) {
    return [node.container.id];
  }
  return node instanceof GroupNode ? node.containers.map(container => container.id) : [];
}
