// What package.json says, held against what the extension does.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { catalogue } from '../../src/catalogue';
import { extension, Tests } from './check';

interface Manifest { contributes: { commands: { command: string; title: string }[]; menus: Record<string, { command: string }[]>; views: { dockwright: { id: string }[] }; walkthroughs: { steps: { media: { markdown: string } }[] }[] } }

export const manifestTests: Tests = {
  async 'every command of the manifest is there, and every command of the server is in the manifest'() {
    const there = new Set(await vscode.commands.getCommands());
    const { commands, menus } = (extension().packageJSON as Manifest).contributes;
    const contributed = commands.map(c => c.command);
    assert.deepEqual(contributed.filter(id => !there.has(id)), []);
    assert.deepEqual(Object.keys(catalogue).filter(id => !contributed.includes(id)), []);
    const inMenus = Object.values(menus).flat().map(item => item.command);
    assert.deepEqual(inMenus.filter(id => !contributed.includes(id)), []);
  },

  async 'the walkthrough has its pages, and calls commands by their names'() {
    const { commands, walkthroughs } = (extension().packageJSON as Manifest).contributes;
    const known = new Set([...commands.map(c => c.title), 'Build', 'Run', 'Containers', 'Images', 'Ctrl+.', 'Cmd+.']);
    for (const { media } of walkthroughs[0].steps) {
      const page = Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension().extensionUri, media.markdown))).toString();
      assert.deepEqual([...page.matchAll(/\*\*(.+?)\*\*/g)].map(bold => bold[1]).filter(name => !known.has(name)), [], media.markdown);
    }
  },
};
