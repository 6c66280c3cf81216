// Ticks the steps of the walkthrough: those whose commands have been carried out, from wherever that was.
import * as vscode from 'vscode';
import { CommandID } from './catalogue';

// VS Code looks at a context key when it changes, and only once a walkthrough has been shown; a key that is true by then ticks nothing. So
// each key is true for a moment only, and again when the walkthrough is opened.
export class Walkthrough {
  private readonly done = new Set<CommandID>();

  constructor(private readonly id: string) {}

  // did takes in that a command has been carried out. A terminal of a new container runs it, and to run a Dockerfile is to build it, too.
  did(command: CommandID, args: Record<string, unknown>): void {
    const run: CommandID = 'dockwright.container.run';
    const done = command === 'dockwright.container.terminal' && args.mode === 'run' ? run : command;
    for (const id of done === run && args.dockerfile ? [run, 'dockwright.image.build' as const] : [done]) {
      this.done.add(id);
      void tick(id);
    }
  }

  async open(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', this.id);
    await Promise.all([...this.done].map(tick));
  }
}

async function tick(id: CommandID): Promise<void> {
  const key = id.replace('dockwright.', 'dockwright.done.');
  await vscode.commands.executeCommand('setContext', key, true);
  await vscode.commands.executeCommand('setContext', key, false);
}
