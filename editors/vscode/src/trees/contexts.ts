// The tree of Docker contexts: which engines there are, and which is in use.
import { App } from '../app';
import { quietly } from '../invoke';
import { Context } from '../types';
import { icon, label, Node, Tree } from './tree';

export class ContextTree extends Tree {
  constructor(private readonly app: App) {
    super('dockwright.contexts', app.server);
  }

  protected async roots(): Promise<Node[]> {
    const { data, error } = await quietly<{ contexts: Context[] | null }>(this.app, 'dockwright.engine.contexts', {});
    this.view.message = error?.message;
    return (data?.contexts ?? []).map(context => new ContextNode(context));
  }
}

export class ContextNode extends Node {
  constructor(readonly context: Context) {
    super(context.name);
    this.id = context.name;
    this.contextValue = context.current ? 'context current' : 'context';
    this.iconPath = context.problem ? icon('warning') : context.current ? icon('pass-filled', 'testing.iconPassed') : icon('server-environment');
    this.description = [context.current && 'in use', context.problem ?? context.host].filter(Boolean).join(' · ');
    this.tooltip = [context.description, context.host, context.source && `named by ${context.source}`, context.problem].filter(Boolean).join('\n');
    label(this, `context ${context.name}`, context.current && 'in use', context.problem ?? context.host);
  }
}
