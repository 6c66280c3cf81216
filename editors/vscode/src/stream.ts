// Terminals that show what jobs write: builds, programs in containers, logs. They know colours and links, and stay when the job has ended.
import * as vscode from 'vscode';
import { Sink } from './jobs';

const clear = '\x1b[2J\x1b[3J\x1b[H';

// StreamTerminal is a terminal without a process. What is written before it is open is kept until then.
export class StreamTerminal implements vscode.Pseudoterminal {
  private readonly writes = new vscode.EventEmitter<string>();
  private readonly closes = new vscode.EventEmitter<number>();
  private readonly source = new vscode.CancellationTokenSource();
  private early: string[] | undefined = [];
  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;
  readonly cancel = this.source.token; // the user has closed it, or pressed Ctrl+C

  // write takes text of any line ends.
  readonly write: Sink = text => {
    const lines = text.replace(/\r?\n/g, '\r\n');
    if (this.early) {
      this.early.push(lines);
    } else {
      this.writes.fire(lines);
    }
  };

  // note writes a line of ours.
  note(text: string, how: 'dim' | 'red' = 'dim'): void {
    this.write(`\x1b[${how === 'dim' ? 2 : 31}m${text}\x1b[0m\n`, '');
  }

  end(code: number): void {
    this.closes.fire(code);
  }

  open(): void {
    const early = this.early ?? [];
    this.early = undefined;
    early.forEach(text => this.writes.fire(text));
  }

  close(): void {
    this.source.cancel();
  }

  handleInput(data: string): void {
    if (data === '\x03') {
      this.source.cancel();
    }
  }
}

// Streams are the terminals by name: what is done again shows in the same place.
export class Streams implements vscode.Disposable {
  private readonly all = new Map<string, { pty: StreamTerminal; terminal: vscode.Terminal }>();
  private readonly closed = vscode.window.onDidCloseTerminal(terminal => {
    for (const [name, shown] of this.all) {
      if (shown.terminal === terminal) {
        this.all.delete(name);
      }
    }
  });

  // fresh is the terminal of that name, empty and in sight. The focus stays where it is. What still writes there goes on, unless
  // it is to be replaced.
  fresh(name: string, icon: string, replace = false): StreamTerminal {
    const before = this.all.get(name);
    if (before && !replace && !before.pty.cancel.isCancellationRequested) {
      before.pty.write(clear, '');
      before.terminal.show(true);
      return before.pty;
    }
    before?.terminal.dispose();
    const pty = new StreamTerminal();
    const terminal = vscode.window.createTerminal({ name, pty, iconPath: new vscode.ThemeIcon(icon) });
    this.all.set(name, { pty, terminal });
    terminal.show(true);
    return pty;
  }

  // show brings the terminal of that name to the front, if it is still there.
  show(name: string): void {
    this.all.get(name)?.terminal.show(true);
  }

  close(name: string): void {
    this.all.get(name)?.terminal.dispose();
  }

  dispose(): void {
    this.closed.dispose();
    this.all.forEach(({ terminal }) => terminal.dispose());
  }
}
