// What the trees show while the engine does not answer: what the server says of it, what was tried, and what can be done.
import * as vscode from 'vscode';
import { Failure } from '../types';
import { icon, label, Node } from './tree';

export function problemNodes(failure: Failure): Node[] {
  const nodes: Node[] = (failure.actions ?? []).map(action => new ActionNode(action.title, 'refresh', action.command, action.arguments));
  nodes.push(new ActionNode('Use another engine…', 'arrow-swap', 'dockwright.engine.use', []));
  nodes.push(new ActionNode('Show the log', 'output', 'dockwright.server.showLog', []));
  if (failure.facts?.length) {
    nodes.push(new FactsNode(failure));
  }
  return nodes;
}

class ActionNode extends Node {
  constructor(title: string, symbol: string, command: string, args: unknown[]) {
    super(title);
    this.iconPath = icon(symbol);
    this.command = { title, command, arguments: args };
    label(this, title, 'button');
  }
}

class FactsNode extends Node {
  constructor(private readonly failure: Failure) {
    super('What is known', vscode.TreeItemCollapsibleState.Collapsed);
    this.iconPath = icon('info');
  }

  override children(): Node[] {
    return this.failure.facts!.map(fact => {
      const node: Node = new FactNode(fact.value);
      node.description = fact.name;
      node.tooltip = `${fact.name}: ${fact.value}`;
      return node;
    });
  }
}

class FactNode extends Node {}
