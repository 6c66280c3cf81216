// Commands that look into a container while it runs: a shell, a program, the log.
import { App } from '../app';
import { ask } from '../form';
import { line, words } from '../format';
import { invoke } from '../invoke';
import { containerArgs } from '../target';
import { openTerminal } from '../terminal';
import { ContainerNode } from '../trees/containers';

export async function shell(app: App, first?: unknown): Promise<void> {
  await openTerminal(app, containerArgs(first));
}

export async function attach(app: App, first?: unknown): Promise<void> {
  await openTerminal(app, { ...containerArgs(first), mode: 'attach', detachKeys: 'ctrl-p,ctrl-q' });
}

// exec runs a program in a container, and shows what it writes.
export async function exec(app: App, first?: unknown): Promise<void> {
  const args = containerArgs(first);
  const name = nameOf(first) ?? 'container';
  if (!args.argv) {
    const before = app.remembered.of<{ argv?: string[] }>('exec', name).argv ?? ['ls', '-l'];
    const text = await ask(`Run a command in ${name}`, 'Program and arguments. For pipes and variables: sh -c "…"', line(before), value => words(value).length > 0 ? undefined : 'Which program?');
    if (text === undefined) {
      return;
    }
    args.argv = words(text);
    await app.remembered.keep('exec', name, { argv: args.argv });
  }
  const screen = app.streams.fresh(`exec in ${name}`, 'terminal');
  screen.note(`$ ${line(args.argv as string[])}`);
  const data = await invoke<{ exitCode: number }>(app, 'dockwright.container.exec', args, { title: `Running ${(args.argv as string[])[0]}`, output: screen.write });
  if (data) {
    screen.note(`[exit code ${data.exitCode}]`);
  }
}

// logs follows a log in a terminal, which shows its colours; closing the terminal ends it. Of a container that has ended it shows what
// there is.
export async function logs(app: App, first?: unknown): Promise<void> {
  const args: Record<string, unknown> = { tail: 1000, ...containerArgs(first) };
  const found = await invoke<{ id: string; name: string; state: { status: string; exitCode?: number } }>(app, 'dockwright.container.inspect', args.container ? { container: args.container } : {});
  if (!found) {
    return;
  }
  const { name, state } = found;
  args.container = found.id;
  const ended = state.status === 'exited' || state.status === 'dead';
  Object.assign(args, ended ? { grep: '^' } : { follow: true }); // either has the lines come in their order
  const screen = app.streams.fresh(`log: ${name}`, 'output', true);
  const result = await app.server.call<unknown>('dockwright.container.logs', args, { output: screen.write, cancel: screen.cancel });
  app.engine.saw(result);
  if (result.error) {
    app.server.claim(result.error.message);
  }
  screen.note(result.error?.message ?? (ended ? `[${name} has ended with exit code ${state.exitCode ?? 0}]` : '[end of the log]'));
}

function nameOf(node: unknown): string | undefined {
  return node instanceof ContainerNode ? node.container.name : undefined;
}
