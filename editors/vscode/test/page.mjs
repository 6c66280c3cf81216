// What a user does in the workbench, by the names that are on the screen.
import assert from 'node:assert/strict';
import path from 'node:path';

const limit = 30_000; // for what hangs; nothing depends on it

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

  async openFile(name) {
    await this.quickInput('Control+p', name);
    await this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).waitFor();
  }

  // quickInput opens a quick input by a key, and takes the first of what it offers for text.
  async quickInput(key, text) {
    await this.page.keyboard.press(key);
    const input = this.page.locator('.quick-input-widget .quick-input-box input');
    await input.waitFor();
    await input.fill(key === 'F1' ? `>${text}` : text);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click();
  }

  async openView() {
    await this.page.getByRole('tab', { name: /^Dockwright/ }).click();
    await this.page.getByRole('button', { name: 'Containers Section' }).waitFor();
  }

  // type fills the input box that is open.
  async type(text) {
    await this.page.locator('.quick-input-widget .quick-input-box input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  command(title) { return this.quickInput('F1', title); }

  // pick takes an item of the quick pick that is open.
  pick(text) { return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first().click(); }

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

  async menu(row, title) {
    await row.first().click({ button: 'right' });
    await this.page.locator('.context-view .action-item').filter({ hasText: title }).first().click();
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
