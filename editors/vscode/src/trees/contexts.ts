// The tree of engines: the Docker contexts and addresses that there are, and which is in use.
import { App } from '../app';
import { Choice } from '../engine';
import { icon, label, Node, Tree } from './tree';

export class ContextTree extends Tree {
  constructor(private readonly app: App) {
    super('dockwright.contexts', app.server);
  }

  protected async roots(): Promise<Node[]> {
    const { choices, error } = await this.app.engine.choices();
    if (error) {
      this.app.server.claim(error.message);
    }
    this.view.message = error?.message;
    return choices.map(choice => new ContextNode(choice));
  }
}

export class ContextNode extends Node {
  constructor(readonly choice: Choice) {
    super(choice.name);
    this.id = JSON.stringify(choice.use);
    this.contextValue = choice.current ? 'context current' : 'context';
    this.iconPath = choice.problem ? icon('warning') : choice.current ? icon('pass-filled', 'testing.iconPassed') : icon('server-environment');
    this.description = about(choice);
    this.tooltip = [choice.description, choice.host, choice.source && `named by ${choice.source}`, choice.problem].filter(Boolean).join('\n');
    label(this, `${choice.use.host ? 'engine at' : 'context'} ${choice.name}`, choice.current && 'in use', choice.configured && 'of the settings', choice.problem ?? choice.host);
  }
}

// about is what stands behind the name of an engine.
export function about(choice: Choice): string {
  return [choice.current && 'in use', choice.configured && 'of the settings', choice.problem ?? choice.host].filter(Boolean).join(' · ');
}
