// Output channels, one for each thing that writes: the build of an image, a program in a container.
import * as vscode from 'vscode';

export class Channels implements vscode.Disposable {
  private readonly all = new Map<string, vscode.OutputChannel>();

  // fresh is the channel of that name, empty and in sight.
  fresh(name: string): vscode.OutputChannel {
    let channel = this.all.get(name);
    if (!channel) {
      channel = vscode.window.createOutputChannel(`Dockwright: ${name}`);
      this.all.set(name, channel);
    }
    channel.clear();
    channel.show(true);
    return channel;
  }

  dispose(): void {
    this.all.forEach(channel => channel.dispose());
  }
}
