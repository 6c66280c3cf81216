// The language client: starts the server, and keeps VS Code's command ids for the extension.
import * as vscode from 'vscode';
import { DynamicFeature, ExecuteCommandRequest, LanguageClient, LanguageClientOptions, StaticFeature, TransportKind } from 'vscode-languageclient/node';
import { Binary } from './binary';

// Client leaves out the feature that makes a VS Code command of everything that the server offers. The extension has commands
// of the same ids, which are there before the server is, and which ask, confirm and show.
class Client extends LanguageClient {
  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if ((feature as Partial<DynamicFeature<unknown>>).registrationType?.method !== ExecuteCommandRequest.method) {
      super.registerFeature(feature);
    }
  }
}

// newClient makes a client that has not been started. While it is leaving, settings are not sent: the next server reads them.
export function newClient(binary: Binary, channel: vscode.LogOutputChannel, chosen: Record<string, string>, leaving: () => boolean): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', language: 'dockerfile' }, { scheme: 'untitled', language: 'dockerfile' }],
    diagnosticCollectionName: 'dockwright',
    outputChannel: channel,
    progressOnInitialization: false,
    initializationOptions: {
      ...userSettings(),
      ...chosen,
      engineEvents: true,
      jobOutput: true,
      showMessageRequest: false, // choices and plans come as results, for which VS Code has better forms than a message
      workspaceTrust: vscode.workspace.isTrusted ? 'trusted' : 'untrusted',
    },
    middleware: {
      workspace: { didChangeConfiguration: (sections, next) => leaving() ? Promise.resolve() : next(sections), configuration: async (params, token, next) => {
        const answers = await next(params, token);
        return Array.isArray(answers) ? answers.map(withoutUserSettings) : answers;
      } },
    },
  };
  const run = { command: binary.path, transport: TransportKind.stdio };
  return new Client('dockwright', 'Dockwright', run, options);
}

// userSettings are those that a workspace must not set, such as the engine's address: the server takes them at its start, and refuses
// them later, with a message.
function userSettings(): Record<string, unknown> {
  return Object.fromEntries(userNames().map(name => [name, vscode.workspace.getConfiguration().get(name)]));
}

function withoutUserSettings(answer: unknown): unknown {
  const own = structuredClone(answer) as Record<string, Record<string, unknown>> | null;
  for (const [, section, name] of userNames().map(full => full.split('.'))) {
    delete own?.[section]?.[name];
  }
  return own;
}

function userNames(): string[] {
  const { properties } = vscode.extensions.getExtension('dockwright.dockwright')!.packageJSON.contributes.configuration;
  return Object.keys(properties).filter(name => properties[name].scope === 'machine' && !name.startsWith('dockwright.server.'));
}
