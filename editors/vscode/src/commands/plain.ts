// Commands that the extension knows nothing special about: what the server adds works at once, and what it returns can be read.
import { App } from '../app';
import { catalogue, Command, CommandID } from '../catalogue';
import { dockerfileInFront } from '../dockerfile';
import { invoke } from '../invoke';
import { containerArgs, given, imageArgs } from '../target';

export function plain(command: CommandID) {
  const { class: kind, main = '' }: Command = catalogue[command];
  return async (app: App, first?: unknown, all?: unknown) => {
    const args: Record<string, unknown> = main === 'container' ? containerArgs(first, all) : main === 'image' ? imageArgs(first, all) : given(first, main);
    if (main === 'uri') {
      args.uri ??= dockerfileInFront()?.toString();
    }
    const data = await invoke<object>(app, command, args);
    if (data && kind === 'read' && Object.keys(data).length > 0) {
      await app.documents.show(`${command.replace('dockwright.', '')}.json`, JSON.stringify(data, undefined, 2));
    }
  };
}
