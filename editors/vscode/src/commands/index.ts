// Every command, by id: those of the server, of which most are shown in a way of their own, and the extension's.
import * as vscode from 'vscode';
import { App } from '../app';
import { catalogue, CommandID } from '../catalogue';
import { ServerMissing } from '../server';
import { containerArgs, imageArgs } from '../target';
import { build } from './build';
import { createExample, fixAll, reveal } from './document';
import { menu, use } from './engine';
import { copy, copyIn, copyOut, look } from './files';
import * as image from './image';
import { attach, exec, logs, shell } from './inside';
import { builds, diff, explain, history, info, inspect, jobCancel, jobOutput, jobs, preview, stats, top } from './look';
import { run, runInteractive } from './run';
import { plain } from './plain';
import { rebuild } from './rebuild';
import { on, rename, start, wait } from './state';

type Handler = (app: App, first?: unknown, second?: unknown) => unknown;

const ofServer: Partial<Record<CommandID, Handler>> = {
  'dockwright.build.history': builds,
  'dockwright.choose': () => vscode.commands.executeCommand('workbench.action.quickOpen', '>Dockwright: '),
  'dockwright.container.copy': copy,
  'dockwright.container.diff': diff,
  'dockwright.container.exec': exec,
  'dockwright.container.explain': explain,
  'dockwright.container.files': look,
  'dockwright.container.inspect': inspect('dockwright.container.inspect', containerArgs),
  'dockwright.container.kill': on('dockwright.container.kill', 'Killed'),
  'dockwright.container.list': showContainers,
  'dockwright.container.logs': logs,
  'dockwright.container.open': on('dockwright.container.open'),
  'dockwright.container.pause': on('dockwright.container.pause', 'Paused'),
  'dockwright.container.prune': image.prune('dockwright.container.prune'),
  'dockwright.container.rebuild': rebuild,
  'dockwright.container.remove': on('dockwright.container.remove', 'Removed'),
  'dockwright.container.rename': rename,
  'dockwright.container.restart': on('dockwright.container.restart', 'Restarted', 'Restarting'),
  'dockwright.container.run': run,
  'dockwright.container.start': start,
  'dockwright.container.stats': stats,
  'dockwright.container.stop': on('dockwright.container.stop', 'Stopped', 'Stopping'),
  'dockwright.container.terminal': shell,
  'dockwright.container.top': top,
  'dockwright.container.unpause': on('dockwright.container.unpause', 'Resumed'),
  'dockwright.container.wait': wait,
  'dockwright.document.fixAll': fixAll,
  'dockwright.engine.contexts': () => vscode.commands.executeCommand('dockwright.contexts.focus'),
  'dockwright.engine.info': info,
  'dockwright.engine.use': use,
  'dockwright.image.build': build,
  'dockwright.image.contextPreview': preview,
  'dockwright.image.history': history,
  'dockwright.image.inspect': inspect('dockwright.image.inspect', imageArgs),
  'dockwright.image.list': () => vscode.commands.executeCommand('dockwright.images.focus'),
  'dockwright.image.prune': image.pruneImages,
  'dockwright.image.pull': image.pull,
  'dockwright.image.push': image.push,
  'dockwright.image.remove': image.remove,
  'dockwright.image.tag': image.tag,
  'dockwright.image.tags': image.tags,
  'dockwright.image.untag': image.untag,
  'dockwright.job.cancel': jobCancel,
  'dockwright.job.list': jobs,
  'dockwright.job.output': jobOutput,
  'dockwright.system.prune': image.prune('dockwright.system.prune'),
};

const own: Record<string, Handler> = {
  'dockwright.container.attach': attach,
  'dockwright.container.copyIn': copyIn,
  'dockwright.container.copyOut': copyOut,
  'dockwright.container.runInteractive': runInteractive,
  'dockwright.engine.menu': menu,
  'dockwright.example.create': createExample,
  'dockwright.page.answer': (app, page, answer) => app.page.answer(String(page), String(answer)),
  'dockwright.reveal': reveal,
  'dockwright.select': () => {},
  'dockwright.server.restart': app => app.server.restart(),
  'dockwright.server.showLog': app => app.server.log.show(),
  'dockwright.walkthrough.open': app => app.walkthrough.open(),
};

// showContainers is what "Try again" calls too.
async function showContainers(): Promise<void> {
  await vscode.commands.executeCommand('dockwright.containers.focus');
  await vscode.commands.executeCommand('dockwright.views.refresh');
}

function others(): Record<string, Handler> {
  return Object.fromEntries((Object.keys(catalogue) as CommandID[]).map(id => [id, plain(id)]));
}

const ofEngine = /^dockwright\.(container|image|system)\.(?!contextPreview$)/;

// needTrust says why nothing is done, before VS Code asks for trust in its own way because a terminal opens.
async function needTrust(): Promise<void> {
  const manage = 'Manage Workspace Trust';
  if (await vscode.window.showWarningMessage('The container engine is used only in workspaces that you trust.', manage) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}

export function registerCommands(app: App): vscode.Disposable[] {
  return Object.entries({ ...others(), ...ofServer, ...own }).map(([id, handler]) => vscode.commands.registerCommand(id, async (first, second) => {
    try {
      if (!vscode.workspace.isTrusted && ofEngine.test(id)) {
        await needTrust();
      } else {
        if (app.server.missing && (id in catalogue || ofEngine.test(id))) { // that is said before the user is asked for anything
          await app.server.start();
        }
        await handler(app, first, second);
      }
    } catch (error) {
      if (!(error instanceof ServerMissing)) { // of that the user knows
        app.server.log.error(`${id}: ${error instanceof Error ? error.stack : error}`);
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }
  }));
}
