// A terminal that shows what a job writes, with its colours. Closing it ends the job.
import * as vscode from 'vscode';
import { Sink } from './jobs';

// Work writes until it is done or cancelled, and gives the exit code.
export type Work = (write: Sink, cancel: vscode.CancellationToken) => Promise<number>;

export class StreamTerminal implements vscode.Pseudoterminal {
  private readonly writes = new vscode.EventEmitter<string>();
  private readonly closes = new vscode.EventEmitter<number>();
  private readonly source = new vscode.CancellationTokenSource();
  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;

  constructor(private readonly work: Work, private readonly stays = false) {}

  async open(): Promise<void> {
    let code = 1;
    try {
      code = await this.work(text => this.write(text), this.source.token);
    } catch (error) {
      this.write(`${error instanceof Error ? error.message : error}\n`);
    }
    if (!this.stays) {
      this.closes.fire(code);
    }
  }

  close(): void {
    this.source.cancel();
  }

  // handleInput takes Ctrl+C as the wish to end.
  handleInput(data: string): void {
    if (data === '\x03') {
      this.source.cancel();
    }
  }

  private write(text: string): void {
    this.writes.fire(text.replace(/\r?\n/g, '\r\n'));
  }
}
