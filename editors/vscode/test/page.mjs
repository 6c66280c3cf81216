// What a user does in the workbench, by the names that are on the screen.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';

const limit = 60_000; // for what hangs; nothing depends on it

export class Workbench {
  constructor(page, artifacts) {
    this.page = page;
    this.artifacts = artifacts;
    page.setDefaultTimeout(limit);
  }

  async ready() {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.part.statusbar').waitFor();
  }

  screenshot(name) { return this.page.screenshot({ path: path.join(this.artifacts, `${name}.png`) }); }

  // readme renews the picture in the README, if it is asked for: DOCKWRIGHT_PICTURES=1 go test ./editors/vscode -run TestSituations
  async readme(name, picture) {
    if (process.env.DOCKWRIGHT_PICTURES) {
      copyFileSync(path.join(this.artifacts, `${name}.png`), path.join(import.meta.dirname, '..', 'images', `${picture}.png`));
    }
  }

  async openFile(name) {
    await this.quickInput('Control+p', name);
    await this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).waitFor();
  }

  // quickInput opens a quick input by a key, and takes the first of what it offers for text.
  async quickInput(key, text) {
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    await this.again(async timeout => {
      await this.page.keyboard.press(key);
      await input.fill(key === 'F1' ? `>${text}` : text, { timeout });
      await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click({ timeout });
    });
  }

  // again does something until it works: a key or a hover is lost when another part of the workbench takes the focus meanwhile.
  async again(work) {
    for (const end = Date.now() + 2 * limit; ;) {
      try {
        return await work(5000);
      } catch (error) {
        if (error.name !== 'TimeoutError' && !/not visible/.test(error.message) || Date.now() > end) { throw error; }
      }
    }
  }

  async openView() {
    await this.page.getByRole('tab', { name: /^Dockwright/ }).click();
    await this.page.getByRole('button', { name: 'Containers Section' }).waitFor();
  }

  // type fills the input box of that title.
  async type(title, text) {
    await this.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  command(title) { return this.quickInput('F1', title); }

  // pick takes an item of the quick pick that is open. It does not wait until the item stands still: on a machine that is busy it may not
  // for long, and a click meets it all the same.
  async pick(text, timeout = limit) {
    const item = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
    await item.waitFor({ timeout });
    await item.click({ force: true, timeout });
  }

  lens(text) { return this.page.locator('.codelens-decoration a').filter({ hasText: text }).first(); }

  notification(text) { return this.page.locator('.notification-list-item').filter({ hasText: text }).first(); }

  async press(text, button) {
    await this.notification(text).getByRole('button', { name: button, exact: true }).click();
  }

  // row is a line of a tree of ours, by what a screen reader says of it.
  row(label) { return this.page.locator('.pane-body .monaco-list-row').and(this.page.getByLabel(label)); }

  // inline presses a button that stands in a row while the mouse is on it.
  async inline(row, title) {
    await row.first().hover();
    await row.first().getByRole('button', { name: title }).click();
  }

  // openMenu opens the menu of a row, and gives the item with that title once the menu stands still.
  async openMenu(row, title) {
    const item = this.page.locator('.context-view .action-item').filter({ hasText: title }).first();
    await this.again(async timeout => { // a row that is drawn anew meanwhile has none
      await row.first().click({ button: 'right', timeout });
      await item.waitFor({ timeout });
    });
    await this.still('.context-view');
    return item;
  }

  // still waits until nothing moves there any more.
  async still(selector) {
    await this.page.locator(selector).first().evaluate(element => Promise.all(element.getAnimations({ subtree: true }).map(a => a.finished.catch(() => {}))));
  }

  async menu(row, title) {
    const item = await this.openMenu(row, title);
    await item.hover();
    await this.page.locator('.context-view .action-item.focused').filter({ hasText: title }).waitFor();
    await this.page.keyboard.press('Enter');
  }

  terminal(text) { return this.page.locator('.terminal-wrapper.active .xterm-rows').filter({ hasText: text }); }

  // webview is the page inside the webview that holds text.
  webview(text) { return this.page.frameLocator('iframe.webview.ready').last().frameLocator('iframe#active-frame').locator('body').filter({ hasText: text }); }

  async text() {
    const lines = await this.page.locator('.editor-instance .view-line').allTextContents();
    return lines.map(line => line.replaceAll('\u00a0', ' ')).join('\n');
  }

  async gone(locator) {
    await locator.first().waitFor({ state: 'hidden' });
    assert.equal(await locator.count(), 0);
  }
}
