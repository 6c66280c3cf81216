// Calls a command of the server for the user: asks for what is missing, shows plans and progress, and says what failed.
import * as vscode from 'vscode';
import { App } from './app';
import { catalogue, Command, CommandID } from './catalogue';
import { isUnreachable } from './engine';
import { Sink } from './jobs';
import { confirm } from './plan';
import { Failure, InputNeeded, Result } from './types';

export interface Options {
  title?: string; // of the progress; left out, the command's own
  output?: Sink;
  cancel?: vscode.CancellationToken; // in place of a progress notification
  buttons?: (data: unknown, failure: Failure) => Record<string, () => unknown>; // more that can be done after a failure
  again?: () => unknown; // offered once the way is free: an action on what stood in the way has been carried out
  told?: (message: string, data: unknown, warned: boolean) => void; // shows what the server says of a success, in place of a message
  moment?: number; // milliseconds after which progress is shown
}

// invoke returns the command's data, or undefined if it was not done; the user knows why then.
export async function invoke<T>(app: App, command: CommandID, args: object, options: Options = {}): Promise<T | undefined> {
  let agreed: string | undefined; // what the user has said yes to
  for (let given: Record<string, unknown> = { ...args };;) {
    const result = await progress(command, options, (cancel, report) =>
      app.server.call<T>(command, given, { output: options.output, cancel, progress: report }));
    const elsewhere = !!(given.host || given.context) && (command !== 'dockwright.engine.use' || result.status !== 'ok');
    if (!elsewhere) {
      app.engine.saw(result);
    }
    switch (result.status) {
      case 'inputRequired': {
        app.server.claim(result.input!.message);
        const value = await choose(result.input!);
        if (value === undefined) {
          return undefined;
        }
        given = { ...given, [result.input!.argument]: value };
        break;
      }
      case 'confirmationRequired':
        if (listed(result) !== agreed) {
          const asked = Date.now();
          if (!await confirm(app.page, result.plan!, result.endpoint)) {
            return undefined;
          }
          agreed = listed(result);
          if (Date.now() - asked > tokenLife) { // another token is needed; what has changed meanwhile is asked for again
            delete given.confirm;
            break;
          }
        }
        given = { ...given, confirm: result.confirmToken };
        break;
      case 'cancelled':
        options.output?.('\x1b[2m[cancelled]\x1b[0m\n', '');
        vscode.window.setStatusBarMessage(`${catalogue[command].title}: cancelled`, 5000);
        return undefined;
      case 'ok':
        app.walkthrough.did(command, given);
        if (options.told) {
          app.server.claim(result.message ?? '');
          options.told(result.message ?? '', result.data, !!result.warnings?.length);
        }
        return result.data ?? {} as T;
      default:
        app.server.claim(result.error!.message);
        if (!elsewhere && isUnreachable(result.error) && app.engine.inSight) { // the view says what to do, and only as long as it is so
          vscode.window.setStatusBarMessage(`$(error) ${result.error!.message}`, 10_000);
        } else {
          void fail(result.error!, options.buttons?.(result.data, result.error!), options.again);
        }
        return result.status === 'partial' ? result.data : undefined;
    }
  }
}

// quietly calls a command whose failure is shown elsewhere, as in a tree.
export async function quietly<T>(app: App, command: CommandID, args: object): Promise<Result<T>> {
  const result = await app.server.call<T>(command, args);
  app.engine.saw(result);
  if (result.error) {
    app.server.claim(result.error.message);
  }
  return result;
}

// tell says what came of a success.
export function tell(message: string, warned: boolean, ...buttons: string[]): Thenable<string | undefined> {
  return warned ? vscode.window.showWarningMessage(message, ...buttons) : vscode.window.showInformationMessage(message, ...buttons);
}

// fail shows a failure with what can be done about it.
export async function fail(failure: Failure, more: Record<string, () => unknown> = {}, again?: () => unknown): Promise<void> {
  const buttons = { ...more };
  for (const action of failure.actions ?? []) {
    buttons[action.title] = async () => {
      await vscode.commands.executeCommand(action.command, ...action.arguments);
      await (again && isChange(action.command) && offerAgain(action.title, again));
    };
  }
  if (failure.kind === 'notTrusted') {
    buttons['Manage Workspace Trust'] = () => vscode.commands.executeCommand('workbench.trust.manage');
  }
  const pressed = await vscode.window.showErrorMessage(failure.message, ...Object.keys(buttons));
  await buttons[pressed ?? '']?.();
}

function isChange(command: string): boolean {
  const known: Partial<Record<string, Command>> = catalogue;
  return ['change', 'destroy'].includes(known[command]?.class ?? '');
}

async function offerAgain(done: string, again: () => unknown): Promise<void> {
  const button = 'Try Again';
  if (await vscode.window.showInformationMessage(`${done}: do what could not be done before?`, button) === button) {
    await again();
  }
}

// listed is what the user agrees to with a plan.
function listed({ plan, endpoint }: Result<unknown>): string {
  return JSON.stringify([endpoint?.host, plan!.items.map(item => [item.kind, item.id]), plan!.loses]);
}

async function choose(input: InputNeeded): Promise<string | undefined> {
  const choices = input.choices ?? [];
  if (choices.length === 0) {
    void vscode.window.showInformationMessage(input.message);
    return undefined;
  }
  const items = choices.map(({ title, value }) => {
    const [, label, description] = /^(.*?) \((.*)\)$/.exec(title) ?? [title, title, ''];
    return { label, description, value };
  });
  return (await vscode.window.showQuickPick(items, { placeHolder: input.message, matchOnDescription: true }))?.value;
}

type Report = (message: string, percentage?: number) => void;

// progress shows that a long command runs, with a button to cancel it. What is done in a moment shows nothing.
async function progress<T>(command: CommandID, options: Options, work: (cancel?: vscode.CancellationToken, report?: Report) => Promise<T>): Promise<T> {
  if (!catalogue[command].long || options.cancel) {
    return work(options.cancel);
  }
  const source = new vscode.CancellationTokenSource();
  let message = '', percentage = 0, shown: vscode.Progress<{ message?: string; increment?: number }> | undefined;
  const show = () => shown?.report({ message, increment: undefined });
  const done = work(source.token, (text, percent = 0) => {
    message = text;
    if (shown && percent > percentage) {
      shown.report({ increment: percent - percentage });
    }
    percentage = Math.max(percentage, percent);
    show();
  });
  const timer = setTimeout(() => void vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: options.title ?? catalogue[command].title, cancellable: true },
    (progress, cancelled) => {
      cancelled.onCancellationRequested(() => source.cancel());
      shown = progress;
      progress.report({ message, increment: percentage || undefined });
      return done.then(() => {}, () => {});
    }), options.moment ?? moment);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
    source.dispose();
  }
}

const moment = 400; // milliseconds
const tokenLife = 110_000; // a little less than the server keeps a plan
