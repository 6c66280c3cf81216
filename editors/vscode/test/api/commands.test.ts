// What the commands do with the engine.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ContainerNode } from '../../src/trees/containers';
import { Asked, answering } from './answers';
import { check, exports, folder, open, Tests } from './check';
import { create, engine, names } from './engine';

async function containerNode(name: string): Promise<ContainerNode> {
  return check.until(`${name} in the tree`, async () => {
    for (const group of await exports().containers.getChildren()) {
      const node = (await exports().containers.getChildren(group)).find(n => n.label === name);
      if (node) {
        return node as ContainerNode;
      }
    }
    return undefined;
  });
}

async function rootsOf(tree: { getChildren(): Promise<vscode.TreeItem[]> }): Promise<string[]> {
  return (await tree.getChildren()).map(node => String(node.label));
}

export const commandTests: Tests = {
  async 'a build puts an image into the tree, and its name is proposed from then on'() {
    const editor = await open('app/Dockerfile', 'FROM busybox:latest\nRUN echo built > /made\nCMD ["cat", "/made"]\n');
    const lenses = await check.until('lenses', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', editor.document.uri, 10);
      return found.length > 0 && found;
    });
    const build = lenses.find(lens => lens.command?.title === 'Build app:latest')!.command!;
    await vscode.commands.executeCommand(build.command, ...build.arguments!);
    await check.until('the image', async () => (await rootsOf(exports().images)).includes('app:latest'));
  },

  async 'a build that fails says so with a button that shows its output'() {
    const editor = await open('broken/Dockerfile', 'FROM busybox:latest\nRUN false\n');
    const asked = await answering(() => undefined, () =>
      vscode.commands.executeCommand('dockwright.image.build', { dockerfile: editor.document.uri.toString(), tags: ['broken:latest'] }));
    const error = asked.find(({ input }) => input === 'showErrorMessage');
    assert.ok(error, `nothing but ${JSON.stringify(asked)}`);
    assert.ok(error.args.includes('Show Output'), `buttons: ${error.args.slice(1)}`);
    await new Promise(resolve => setTimeout(resolve, 300)); // longer than a message waits
    assert.equal(asked.filter(({ args }) => args[0] === error.args[0]).length, 1, 'it is said once');
  },

  async 'the tree follows the engine'() {
    await exports().containers.getChildren();
    const changed = new Promise<void>(resolve => {
      const once = exports().containers.onDidChangeTreeData(() => { once.dispose(); resolve(); });
    });
    await create('outside', ['sleep', '1000']);
    await changed;
    const node = await containerNode('outside');
    assert.match(node.contextValue!, /^container running/);
    assert.match(node.accessibilityInformation!.label, /^outside, Up, image busybox:latest/);
    await vscode.commands.executeCommand('dockwright.container.pause', node);
    await check.until('a paused container', async () => (await containerNode('outside')).contextValue === 'container paused');
    await vscode.commands.executeCommand('dockwright.container.unpause', node);
    await vscode.commands.executeCommand('dockwright.container.kill', node);
    await check.until('a killed container', async () => (await containerNode('outside')).contextValue === 'container exited');
    await engine('DELETE', '/containers/outside');
  },

  async 'several containers go by one plan, and none without a yes'() {
    await create('one', ['true']);
    await create('two', ['true']);
    const ended = (name: string) => check.until('its end', async () => (await engine<{ State: { Status: string } }>('GET', `/containers/${name}/json`)).State.Status === 'exited');
    await Promise.all(['one', 'two'].map(ended));
    const nodes = [await containerNode('one'), await containerNode('two')];
    const remove = () => vscode.commands.executeCommand('dockwright.container.remove', nodes[0], nodes);
    const asked = await answering(() => undefined, remove);
    assert.equal(asked[0]?.input, 'showWarningMessage', JSON.stringify(asked));
    const [, options] = asked[0].args as [string, vscode.MessageOptions];
    assert.equal(options.modal, true);
    assert.match(options.detail!, /container one.*\n.*container two/);
    assert.ok((await names()).includes('one'), 'a closed question means no');
    await answering(() => 'Remove', remove);
    assert.deepEqual((await names()).filter(name => name === 'one' || name === 'two'), []);
  },

  async 'a container that runs is removed only by force, which a button offers'() {
    await create('busy', ['sleep', '1000']);
    const node = await containerNode('busy');
    const asked = await answering(({ input, args }) => input === 'showErrorMessage' ? undefined : args.at(-1), () => vscode.commands.executeCommand('dockwright.container.remove', node));
    assert.ok(asked.some(({ input, args }) => input === 'showErrorMessage' && args.length > 1), `no error with buttons: ${JSON.stringify(asked)}`);
    await answering(() => 'Remove', () => vscode.commands.executeCommand('dockwright.container.remove', { container: node.container.id, force: true }));
    assert.ok(!(await names()).includes('busy'));
  },

  async 'what is above a tree is about everything, whatever row is selected'() {
    await create('over', ['true']);
    await check.until('its end', async () => (await engine<{ State: { Status: string } }>('GET', '/containers/over/json')).State.Status === 'exited');
    const node = await containerNode('over');
    await answering(({ input }) => input === 'showWarningMessage' ? 'Remove' : undefined, () => vscode.commands.executeCommand('dockwright.container.prune', node));
    assert.ok(!(await names()).includes('over'));
  },

  async 'a container that is started and ends at once is explained'() {
    await create('brief', ['sh', '-c', 'echo no database; exit 3']);
    await check.until('its end', async () => (await engine<{ State: { Status: string } }>('GET', '/containers/brief/json')).State.Status === 'exited');
    const node = await containerNode('brief');
    const asked = await answering(() => undefined, async () => {
      await vscode.commands.executeCommand('dockwright.container.start', node);
      await new Promise(resolve => setTimeout(resolve, 500)); // longer than a message waits
    });
    assert.deepEqual(asked.map(({ input }) => input), ['showWarningMessage'], JSON.stringify(asked));
    assert.match(String(asked[0].args[0]), /brief: .*exit code 3/);
    const group = (await exports().containers.getChildren()).find(group => group.contextValue!.startsWith('group'))!;
    assert.match(group.contextValue!, / ended/);
    await answering(() => 'Remove', () => vscode.commands.executeCommand('dockwright.container.remove', group));
    assert.ok(!(await names()).includes('brief'));
  },

  async 'a build that goes well says so once, with its warnings and what to do next'() {
    const editor = await open('next/Dockerfile', 'FROM busybox:latest\n');
    const dockerfile = editor.document.uri.toString();
    const built = async (args: object) => {
      const asked = await answering(() => undefined, async () => {
        await vscode.commands.executeCommand('dockwright.image.build', { dockerfile, ...args });
        await new Promise(resolve => setTimeout(resolve, 300)); // longer than a message waits
      });
      assert.equal(asked.length, 1, JSON.stringify(asked));
      assert.deepEqual(asked[0].args.slice(1), ['Run']);
      return `${asked[0].input}: ${asked[0].args[0]}`;
    };
    assert.match(await built({ tags: ['next:latest'] }), /^showInformationMessage: Built next:latest in/);
    await editor.edit(edit => edit.insert(new vscode.Position(1, 0), 'LABEL a=b\n'));
    assert.match(await built({ tags: ['next:latest'] }), /^showWarningMessage: Built next:latest in .* was another image before/s);
  },

  async 'without a container the user picks one'() {
    await create('picked', ['sleep', '1000']);
    const asked = await answering(({ input, args }) => input === 'showQuickPick' ? (args[0] as { label: string }[]).find(item => item.label === 'picked') : undefined,
      () => vscode.commands.executeCommand('dockwright.container.kill'));
    assert.equal(asked[0].input, 'showQuickPick');
    await check.until('a killed container', async () => (await engine<{ State: { Status: string } }>('GET', '/containers/picked/json')).State.Status === 'exited');
    await answering(() => 'Remove', () => vscode.commands.executeCommand('dockwright.container.remove', 'picked'));
  },

  async 'a program in a container, its words split as a shell does'() {
    const id = await create('target', ['sleep', '1000']);
    const node = await containerNode('target');
    await answering(({ input }) => input === 'showInputBox' ? `sh -c 'echo "a  b" > /tmp/said'` : undefined, () => vscode.commands.executeCommand('dockwright.container.exec', node));
    await vscode.commands.executeCommand('dockwright.container.files', { container: id, path: '/tmp/said', read: true });
    const shown = await check.until('the file', () => vscode.workspace.textDocuments.find(d => d.uri.scheme === 'dockwright' && d.uri.path.endsWith('/tmp/said')));
    assert.equal(shown.getText(), 'a  b\n');
    await answering(() => 'renamed', () => vscode.commands.executeCommand('dockwright.container.rename', node));
    assert.ok((await names()).includes('renamed'));
    await vscode.commands.executeCommand('dockwright.container.inspect', { container: id });
    const inspected = await check.until('the inspected container', () => vscode.workspace.textDocuments.find(d => d.uri.path === '/renamed.json'));
    assert.equal(JSON.parse(inspected.getText()).id, id);
    const [root] = await node.children();
    const files = await exports().containers.getChildren(root);
    assert.ok(files.some(file => file.label === 'tmp' && file.contextValue!.startsWith('folder ')), `files: ${files.map(f => f.label)}`);
    await engine('DELETE', `/containers/${id}?force=1`);
  },

  async 'files are copied out and in'() {
    const id = await create('copied', ['sh', '-c', 'echo out > /tmp/out; sleep 1000']);
    await check.until('the file', () => engine('HEAD', `/containers/${id}/archive?path=/tmp/out`).then(() => true, () => false));
    await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.container.copyOut', { container: id, inside: '/tmp/out', outside: folder().toString() }));
    const out = vscode.Uri.joinPath(folder(), 'out');
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(out)).toString(), 'out\n');
    const again = () => vscode.commands.executeCommand('dockwright.container.copyOut', { container: id, inside: '/tmp/out', outside: folder().toString() });
    await vscode.workspace.fs.writeFile(out, Buffer.from('mine\n'));
    const there = await answering(() => undefined, again);
    assert.match(String(there[0].args[0]), /is there already/);
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(out)).toString(), 'mine\n', 'nothing is replaced unasked');
    await answering(({ input }) => input === 'showErrorMessage' ? 'Overwrite' : undefined, again);
    await check.until('the copy', async () => Buffer.from(await vscode.workspace.fs.readFile(out)).toString() === 'out\n');
    const steps = ['tmp', '..', 'etc', '$(check) /etc'];
    const next = (items: { label: string }[]) => { const step = steps.shift()!; return items.find(item => item.label.endsWith(step)); };
    const asked = await answering(({ input, args }) => input === 'showOpenDialog' ? [out] : input === 'showQuickPick' ? next(args[0] as { label: string }[]) : undefined,
      () => vscode.commands.executeCommand('dockwright.container.copyIn', { container: id }));
    assert.equal(steps.length, 0, JSON.stringify(asked));
    const { stdout } = (await exports().app.server.call<{ output: { stdout: { text: string } } }>('dockwright.container.exec', { container: id, argv: ['cat', '/etc/out'] })).data!.output as unknown as { stdout: { text: string } };
    assert.equal(stdout.text, 'out\n');
    await engine('DELETE', `/containers/${id}?force=1`);
  },

  async 'a name that is taken leads back to the form, with what it held'() {
    await create('taken', ['sleep', '1000']);
    const run = (answer: (asked: Asked) => unknown) => answering(answer, async () => {
      await vscode.commands.executeCommand('dockwright.container.run', { image: 'busybox:latest', name: 'taken', argv: ['sleep', '1000'], detach: true });
      await new Promise(resolve => setTimeout(resolve, 300));
    });
    const asked = await run(() => undefined);
    assert.ok(asked[0].args.includes('Choose Another Name'), JSON.stringify(asked));
    const window = vscode.window as { createQuickPick: unknown }, before = window.createQuickPick;
    let fields: vscode.QuickPickItem[] = [];
    window.createQuickPick = () => {
      let hidden = () => {};
      const quick = { items: [], onDidAccept() {}, onDidHide(listener: () => void) { hidden = listener; }, show() { fields = quick.items; hidden(); }, dispose() {} };
      return quick;
    };
    try {
      await run(({ input }) => input === 'showErrorMessage' ? 'Choose Another Name' : undefined);
      assert.deepEqual(['Name', 'Command'].map(label => fields.find(field => field.label === label)?.description), ['taken', 'sleep 1000']);
    } finally {
      window.createQuickPick = before;
    }
    await engine('DELETE', '/containers/taken?force=1');
  },

  async 'once what held a port is stopped, the run that needed it is offered again'() {
    const run = (name: string) => vscode.commands.executeCommand('dockwright.container.run', { image: 'busybox:latest', name, argv: ['sleep', '1000'], ports: ['18765:80'], detach: true });
    await answering(() => undefined, () => run('holder'));
    await answering(({ input, args }) => input === 'showErrorMessage' ? args.find(arg => /^Stop/.test(String(arg))) : args.includes('Try Again') ? 'Try Again' : undefined, async () => {
      await run('needer');
      await check.until('the second run', async () => (await engine<{ State: { Running: boolean } }>('GET', '/containers/needer/json').catch(() => undefined))?.State.Running);
    });
    await Promise.all(['holder', 'needer'].map(name => engine('DELETE', `/containers/${name}?force=1`)));
  },

  async 'the user says which unused images go'() {
    await create('unused', ['touch', '/changed']);
    await engine('POST', '/commit?container=unused&repo=unused&tag=1');
    await engine('DELETE', '/containers/unused?force=1');
    const prune = (which: RegExp) => answering(({ input, args }) => input === 'showQuickPick' ? (args[0] as { label: string }[]).find(({ label }) => which.test(label)) : undefined,
      () => vscode.commands.executeCommand('dockwright.image.prune'));
    const all = await prune(/^All/), few = await prune(/without a name/);
    const named = (asked: Asked[]) => JSON.stringify(asked.slice(1)).includes('unused:1');
    assert.deepEqual([all, few].map(named), [true, false], JSON.stringify([all, few]));
    await engine('DELETE', '/images/unused:1');
  },

  async 'a log is followed until its terminal is closed'() {
    const id = await create('talker', ['sh', '-c', 'echo first; sleep 1000']);
    const done = vscode.commands.executeCommand('dockwright.container.logs', await containerNode('talker'));
    const terminal = await check.until('the terminal', () => vscode.window.terminals.find(t => t.name === 'log: talker'));
    const running = () => exports().app.server.call<{ jobs: { command: string; status: string }[] }>('dockwright.job.list', {})
      .then(({ data }) => data!.jobs.some(job => job.command === 'dockwright.container.logs' && job.status === 'running'));
    await check.until('the job', running);
    terminal.dispose();
    await done;
    assert.equal(await running(), false);
    await engine('DELETE', `/containers/${id}?force=1`);
  },

  async 'two jobs at once keep their outputs apart'() {
    const id = await create('twice', ['sleep', '1000']);
    const said = ['', ''];
    await Promise.all(said.map((_, i) => exports().app.server.call('dockwright.container.exec', { container: id, argv: ['sh', '-c', `for n in 1 2 3; do echo job${i}; sleep 0.1; done`] },
      { output: text => { said[i] += text; } })));
    assert.deepEqual(said, ['job0\njob0\njob0\n', 'job1\njob1\njob1\n']);
    await engine('DELETE', `/containers/${id}?force=1`);
  },

  async 'a container of an older image is marked, and replaced by a plan'() {
    const editor = await open('again/Dockerfile', 'FROM busybox:latest\nCMD ["sleep", "1000"]\n');
    const dockerfile = editor.document.uri.toString();
    await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.container.run', { dockerfile, tags: ['again:latest'], name: 'again', detach: true }));
    const before = (await containerNode('again')).container.id;
    await editor.edit(edit => edit.insert(new vscode.Position(1, 0), 'LABEL changed=yes\n'));
    await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.image.build', { dockerfile, tags: ['again:latest'] }));
    const node = await check.until('the mark', async () => { const n = await containerNode('again'); return n.contextValue!.includes('outdated') && n; });
    assert.match(node.accessibilityInformation!.label, /out of date/);
    const asked = await answering(({ input, args }) => input === 'showWarningMessage' ? args.at(-1) : undefined, () => vscode.commands.executeCommand('dockwright.container.rebuild', node));
    assert.ok(asked.some(({ args }) => (args[1] as vscode.MessageOptions | undefined)?.modal), JSON.stringify(asked));
    await check.until('another container', async () => (await containerNode('again')).container.id !== before);
    await engine('DELETE', '/containers/again?force=1');
  },

  async 'of several Dockerfiles the one in sight is offered first'() {
    await open('other/Dockerfile', 'FROM busybox:latest\n');
    await open('zebra/Dockerfile', 'FROM busybox:latest\n');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'notes' }), vscode.ViewColumn.Beside);
    const [{ args }] = await answering(() => undefined, () => vscode.commands.executeCommand('dockwright.image.contextPreview'));
    assert.equal((args[0] as vscode.QuickPickItem[])[0].label, 'zebra/Dockerfile');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },

  async 'a task builds, and its exit code says how that went'() {
    const editor = await open('task/Dockerfile', 'FROM busybox:latest\nRUN test -e /nothing\n');
    const tasks = await vscode.tasks.fetchTasks({ type: 'dockwright' });
    const task = tasks.find(t => t.definition.dockerfile === 'task/Dockerfile');
    assert.ok(task, `tasks: ${tasks.map(t => t.name)}`);
    const code = async () => {
      const ended = new Promise<number | undefined>(resolve => {
        const once = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
          if (execution.task.name === task.name) { once.dispose(); resolve(exitCode); }
        });
      });
      await vscode.tasks.executeTask(task);
      return ended;
    };
    assert.equal(await code(), 1);
    await editor.edit(edit => edit.replace(editor.document.lineAt(1).range, 'RUN true'));
    await editor.document.save();
    assert.equal(await code(), 0);
  },
};
