// What is known of the container engine: which one it is, and whether it answers. Nobody is asked whether it does: every result tells.
import * as vscode from 'vscode';
import { shortAddress } from './format';
import { Server } from './server';
import { Context, Endpoint, EngineInfo, Failure, Result } from './types';

// Choice is an engine that the user can have: a Docker context, or an address.
export interface Choice extends Context { use: { context?: string; host?: string }; configured: boolean }

export class Engine implements vscode.Disposable {
  choice?: Choice; // the one in use
  product = ''; // Docker or Podman, once it has answered
  endpoint?: Endpoint;
  failure?: Failure; // why it does not answer
  readonly views: vscode.TreeView<unknown>[] = []; // that say so

  private readonly addresses = new Set<string>(); // that were used in this session
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChange = this.changed.event;

  constructor(private readonly server: Server) {}

  // title is what people call the engine in use, if that is known.
  get title(): string {
    return [this.product, this.choice?.name || this.endpoint?.context || this.endpoint?.host].filter(Boolean).join(' · ');
  }

  // inSight reports whether the user sees in a view that the engine does not answer.
  get inSight(): boolean {
    return !!this.failure && this.views.some(view => view.visible);
  }

  // saw learns from a result of a command that asks the engine in use.
  saw(result: Result<unknown>): void {
    const failure = isUnreachable(result.error) ? result.error : undefined;
    if (!failure && !result.endpoint) {
      return;
    }
    const before = `${this.endpoint?.host} ${this.failure?.message}`, isNew = !failure && this.endpoint?.host !== result.endpoint?.host;
    this.endpoint = result.endpoint ?? this.endpoint;
    this.failure = failure;
    this.product = isNew ? '' : this.product;
    if (`${this.endpoint?.host} ${this.failure?.message}` !== before) {
      this.tell();
    }
    if (isNew) {
      void this.meet().catch(() => {}); // the server has gone; the next one is asked
    }
  }

  // look finds out which engine is in use. That is in files of the user: no engine is asked.
  async look(): Promise<void> {
    this.choice = (await this.choices()).choices.find(choice => choice.current);
    this.tell();
  }

  // choices are the engines that the user can have. The server lists an engine that is used by its address as the default context; here
  // each name stands for what it is, the address for itself, and the engine of the settings can be returned to.
  async choices(): Promise<{ choices: Choice[]; error?: Failure }> {
    const setting = settings(), { chosen } = this.server;
    const inUse = chosen.host || chosen.context ? chosen : setting.host ? { host: setting.host } : {};
    const { data, error } = await this.server.call<{ contexts: Context[] | null }>('dockwright.engine.contexts', inUse.host ? { context: 'default' } : {});
    const contexts = (data?.contexts ?? []).map(context => ({
      ...context, current: context.current && !inUse.host, configured: !setting.host && context.name === setting.context, use: { context: context.name },
    }));
    const hosts = new Set([setting.host, inUse.host, ...this.addresses].filter(host => !!host));
    const addresses = [...hosts].map(host => ({ name: shortAddress(host!), host, current: host === inUse.host, configured: host === setting.host, use: { host } }));
    return { choices: [...addresses, ...contexts], error };
  }

  // used takes in that the server uses another engine now, which stays among the choices.
  used(choice: { context?: string; host?: string }): Promise<void> {
    this.server.chosen = choice;
    if (choice.host) {
      this.addresses.add(choice.host);
    }
    return this.look();
  }

  // meet learns what engine it is that has answered for the first time, and whether the context in use is another now.
  private async meet(): Promise<void> {
    const { data, error } = await this.server.call<EngineInfo>('dockwright.engine.info', {});
    if (error) {
      this.server.claim(error.message);
    }
    this.product = data ? data.product.charAt(0).toUpperCase() + data.product.slice(1) : '';
    await this.look();
  }

  private tell(): void {
    void vscode.commands.executeCommand('setContext', 'dockwright.engine', this.failure ? 'unreachable' : this.endpoint ? 'ok' : 'unknown');
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

// isUnreachable reports whether a failure says that the engine does not answer.
export function isUnreachable(failure?: Failure): boolean {
  return !!failure && ['engineUnreachable', 'permissionDenied', 'authFailed'].includes(failure.kind);
}

function settings(): { host: string; context: string } {
  const engine = vscode.workspace.getConfiguration('dockwright.engine');
  return { host: engine.get('host', '').trim(), context: engine.get('context', '').trim() };
}
