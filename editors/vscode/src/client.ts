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
export function newClient(binary: Binary, channel: vscode.LogOutputChannel, chosen: { host?: string; context?: string }, leaving: () => boolean): LanguageClient {
  const engine = vscode.workspace.getConfiguration('dockwright.engine');
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', language: 'dockerfile' }, { scheme: 'untitled', language: 'dockerfile' }],
    diagnosticCollectionName: 'dockwright',
    outputChannel: channel,
    progressOnInitialization: false,
    initializationOptions: {
      engine: chosen.host || chosen.context ? chosen : { host: engine.get('host', ''), context: engine.get('context', '') },
      engineEvents: true,
      jobOutput: true,
      showMessageRequest: false, // choices and plans come as results, for which VS Code has better forms than a message
      workspaceTrust: vscode.workspace.isTrusted ? 'trusted' : 'untrusted',
    },
    middleware: {
      workspace: { didChangeConfiguration: (sections, next) => leaving() ? Promise.resolve() : next(sections), configuration: async (params, token, next) => {
        const answers = await next(params, token);
        // The engine is chosen by what was given at the start; a later answer would be refused, with a message.
        return Array.isArray(answers) ? answers.map(withoutEngine) : answers;
      } },
    },
  };
  const run = { command: binary.path, transport: TransportKind.stdio };
  return new Client('dockwright', 'Dockwright', run, options);
}

function withoutEngine(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) {
    return answer;
  }
  const { engine: _, ...rest } = answer as Record<string, unknown>;
  return rest;
}
