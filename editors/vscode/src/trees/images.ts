// The tree of images: each name on a line of its own, with the containers that use it below.
import * as vscode from 'vscode';
import { App } from '../app';
import { byName, count, shortID, size, when } from '../format';
import { quietly } from '../invoke';
import { Image } from '../types';
import { icon, label, Node, Tree } from './tree';

export class ImageTree extends Tree {
  constructor(private readonly app: App) {
    super('dockwright.images', app.server, { canSelectMany: true, showCollapseAll: true });
  }

  protected async roots(): Promise<Node[]> {
    const { data, error } = await quietly<{ images: Image[] | null }>(this.app, 'dockwright.image.list', {});
    this.view.message = error && 'The engine does not answer.';
    const images = data?.images ?? [];
    const named = images.flatMap(image => (image.references ?? []).map(reference => new ImageNode(image, reference)));
    const unnamed = images.filter(image => !image.references?.length);
    named.sort((a, b) => byName(a.reference!, b.reference!));
    return unnamed.length > 0 ? [...named, new UnnamedNode(unnamed)] : named;
  }
}

export class ImageNode extends Node {
  constructor(readonly image: Image, readonly reference?: string) {
    super(reference ?? shortID(image.id), image.containers?.length ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
    const users = image.containers?.length ?? 0;
    this.id = `${image.id} ${reference}`;
    this.contextValue = reference ? 'image tagged' : 'image unnamed';
    this.iconPath = icon('package', users > 0 ? 'testing.iconPassed' : undefined);
    this.description = [size(image.size), users > 0 && `used by ${users}`, when(image.created)].filter(Boolean).join(' · ');
    this.tooltip = new vscode.MarkdownString(`**Id** ${shortID(image.id)}  \n**Size** ${size(image.size)}  \n**Created** ${when(image.created)}`);
    label(this, `image ${this.label}`, size(image.size), `created ${when(image.created)}`, `used by ${count(users, 'container')}`);
  }

  override children(): Node[] {
    return (this.image.containers ?? []).map(container => new UserNode(container.name, container.state));
  }
}

class UserNode extends Node {
  constructor(name: string, state: string) {
    super(name);
    this.description = state;
    this.iconPath = icon(state === 'running' ? 'play-circle' : 'circle-outline');
    label(this, `container ${name}`, state);
  }
}

class UnnamedNode extends Node {
  constructor(private readonly images: Image[]) {
    super('Without a name', vscode.TreeItemCollapsibleState.Collapsed);
    this.description = `${images.length} · ${size(images.reduce((sum, image) => sum + image.size, 0))}`;
    this.iconPath = icon('archive');
    this.tooltip = 'What earlier builds left behind when their name went to a newer image.';
    label(this, `${images.length} ${images.length === 1 ? 'image' : 'images'} without a name`);
  }

  override children(): Node[] {
    return this.images.map(image => new ImageNode(image));
  }
}
