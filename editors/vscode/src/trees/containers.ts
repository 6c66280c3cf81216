// The tree of containers, grouped by compose project or image.
import * as vscode from 'vscode';
import { App } from '../app';
import { byName, when } from '../format';
import { quietly } from '../invoke';
import { Container, Port } from '../types';
import { FolderNode } from './files';
import { problemNodes } from './problem';
import { icon, label, Node, Tree } from './tree';

const composeProject = 'com.docker.compose.project';

export class ContainerTree extends Tree {
  constructor(private readonly app: App) {
    super('dockwright.containers', app.server, { canSelectMany: true, showCollapseAll: true });
    this.view.onDidChangeSelection(({ selection }) => void vscode.commands.executeCommand('setContext', 'dockwright.besideContainers', besideContainers(selection)));
  }

  protected async roots(): Promise<Node[]> {
    const { data, error } = await quietly<{ containers: Container[] | null }>(this.app, 'dockwright.container.list', { all: true });
    this.view.message = error?.message;
    if (error) {
      return problemNodes(error);
    }
    const groups = new Map<string, Container[]>();
    for (const container of data?.containers ?? []) {
      const project = container.labels?.[composeProject];
      const key = project ? `project ${project}` : `image ${container.image}`;
      groups.set(key, [...groups.get(key) ?? [], container]);
    }
    return [...groups].sort(([a], [b]) => byName(a, b)).map(([key, containers]) => new GroupNode(this.app, key, containers));
  }
}

// isContainers tells a row that stands for containers from one inside of them.
export function isContainers(node: unknown): node is ContainerNode | GroupNode {
  return node instanceof ContainerNode || node instanceof GroupNode;
}

// besideContainers are the rows inside of containers that are selected together with containers, as Shift takes all that is between two rows.
// VS Code's menu of several rows holds what each of them has, so these have what can be done with the containers.
export function besideContainers(selection: readonly Node[]): (string | undefined)[] {
  return selection.some(isContainers) ? selection.filter(node => !isContainers(node)).map(node => node.contextValue) : [];
}

export class GroupNode extends Node {
  constructor(private readonly app: App, key: string, readonly containers: Container[]) {
    const [kind, ...name] = key.split(' ');
    super(name.join(' '), vscode.TreeItemCollapsibleState.Expanded);
    const running = containers.filter(container => ['running', 'paused', 'restarting'].includes(container.state)).length;
    this.id = key;
    this.contextValue = `group${running > 0 ? ' running' : ''}${running < containers.length ? ' ended' : ''}`;
    this.iconPath = icon(kind === 'project' ? 'layers' : 'package');
    this.description = running === containers.length ? `${running} running` : `${running} of ${containers.length} running`;
    label(this, `${kind} ${this.label}`, this.description);
  }

  override children(): Node[] {
    return [...this.containers].sort((a, b) => byName(a.name, b.name)).map(container => new ContainerNode(this.app, container));
  }
}

// selects has a click select a row and leave it closed, as what is to be selected with others has to be: a row with a command opens by its
// arrow, or by two clicks.
const selects = { title: 'Select', command: 'dockwright.select' };

export class ContainerNode extends Node {
  constructor(private readonly app: App, readonly container: Container) {
    super(container.name, vscode.TreeItemCollapsibleState.Collapsed);
    const ports = published(container);
    const unhealthy = container.state === 'running' && container.health === 'unhealthy';
    this.id = container.id;
    this.contextValue = `container ${container.state}${ports.length > 0 ? ' published' : ''}${container.outdated ? ' outdated' : ''}`;
    this.iconPath = unhealthy ? icon('warning', 'list.warningForeground') : stateIcon(container);
    this.description = [lasting(container.status), ...ports.map(port => `:${port.hostPort}`), container.outdated && 'out of date'].filter(Boolean).join(' · ');
    this.tooltip = tooltip(container);
    this.command = selects;
    label(this, container.name, lasting(container.status), `image ${container.image}`, unhealthy && 'unhealthy', ...ports.map(port => `port ${port.hostPort}`), container.outdated && 'out of date');
  }

  override children(): Node[] {
    return [...published(this.container).map(port => new PortNode(this.container, port)), new FolderNode(this.app, this.container, '/')];
  }
}

class PortNode extends Node {
  constructor(container: Container, port: Port) {
    super(`localhost:${port.hostPort}`);
    this.contextValue = `port ${container.id} ${port.hostPort}`;
    this.description = `→ ${port.containerPort}/${port.protocol}`;
    this.iconPath = icon('link-external');
    this.tooltip = 'Open in the browser';
    this.command = { title: 'Open', command: 'dockwright.container.open', arguments: [{ container: container.id, port: port.containerPort }] };
    label(this, `open port ${port.hostPort}`, `port ${port.containerPort} of ${container.name}`);
  }
}

// published are the ports that the host publishes, each once: engines list IPv4 and IPv6 apart.
function published(container: Container): Port[] {
  const seen = new Set<string>();
  return (container.ports ?? []).filter(port => {
    const key = `${port.hostPort}:${port.containerPort}/${port.protocol}`;
    return port.hostPort && !seen.has(key) && seen.add(key);
  });
}

// lasting is the engine's sentence without how long ago it was: the tree is read again only when something changes.
function lasting(status: string): string {
  return status.replace(/ (About |Less than )?(an?|\d+) (second|minute|hour|day|week|month|year)s?( ago)?/, '');
}

function stateIcon(container: Container): vscode.ThemeIcon {
  switch (container.state) {
    case 'running': return icon('play-circle', 'testing.iconPassed');
    case 'paused': return icon('debug-pause', 'list.warningForeground');
    case 'restarting': return icon('sync', 'list.warningForeground');
    case 'exited': return container.exitCode ? icon('error', 'list.errorForeground') : icon('pass', 'disabledForeground');
    case 'dead': return icon('error', 'list.errorForeground');
    default: return icon('circle-outline', 'disabledForeground');
  }
}

function tooltip(container: Container): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (name: string, value?: string) => value && text.appendMarkdown(`**${name}** `).appendText(value).appendMarkdown('  \n');
  line('State', lasting(container.status) + (container.why ? ` (${container.why})` : ''));
  line('Image', container.image);
  line('Command', container.command);
  line('Created', when(container.created));
  line('Health', container.health);
  line('Out of date', container.outdated);
  line('Dockerfile', container.dockerfile && vscode.workspace.asRelativePath(vscode.Uri.parse(container.dockerfile)));
  line('Id', container.id.slice(0, 12));
  return text;
}
