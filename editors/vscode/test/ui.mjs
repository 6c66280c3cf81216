// A person's walk: from a Dockerfile with mistakes to an image, a container, why it stopped, and nothing left over.
import assert from 'node:assert/strict';
import { walk } from './stage.mjs';

const dockerfile = `FROM busybox:latest AS Build
MAINTAINER Jo
WORKDIR app
ENV GREETING Hello
RUN echo "$GREETING from the image" > /greeting.txt
EXPOSE 8080/TCP
CMD cat /greeting.txt; exit 3
`;

async function play(w, page, _, step) {
  await step('what is wrong is underlined, and pointing at it says why', async () => {
    await w.openFile('Dockerfile');
    await page.locator('.squiggly-warning').nth(4).waitFor();
    await w.again(async timeout => {
      await page.mouse.move(0, 0);
      await page.locator('.view-line').filter({ hasText: 'MAINTAINER' }).getByText('MAINTAINER').hover({ timeout });
      await page.locator('.monaco-hover').filter({ hasText: 'deprecated' }).first().waitFor({ timeout });
    });
    await w.still('.monaco-hover');
    await w.screenshot('1-hover');
    await page.keyboard.press('Escape');
  });

  await step('a quick fix', async () => {
    const menu = page.locator('.action-widget').first();
    await w.again(async timeout => {
      await page.keyboard.press('Escape');
      await page.locator('.view-line').filter({ hasText: 'FROM' }).getByText('Build').click({ timeout });
      await page.keyboard.press('Control+.');
      await menu.waitFor({ timeout });
    });
    await w.screenshot('2-quick-fix');
    await menu.getByText('Change to build', { exact: false }).first().click();
    await page.locator('.view-line').filter({ hasText: /AS\s+build/ }).waitFor();
  });

  await step('what is safe is fixed on save', async () => {
    await page.keyboard.press('Control+s');
    await page.locator('.view-line').filter({ hasText: /GREETING=Hello/ }).waitFor();
    await page.locator('.view-line').filter({ hasText: /8080\/tcp/ }).waitFor();
    assert.match(await w.text(), /LABEL/);
  });

  await step('build by the lens', async () => {
    await w.lens('Build greeter:latest').click();
    await w.terminal('Hello from the image').waitFor();
    await w.notification('Built greeter:latest').waitFor();
    await w.screenshot('3-built');
  });

  await step('the image is in the tree', async () => {
    await w.openView();
    await w.row(/^image greeter:latest/).waitFor();
    await w.screenshot('4-trees');
  });

  await step('run it in the terminal', async () => {
    await w.inline(w.row(/^image greeter:latest/), 'Run in Terminal');
    await w.terminal('Exit code 3').filter({ hasText: 'Hello from the image' }).waitFor();
    await w.screenshot('5-terminal');
    await page.locator('.terminal-wrapper.active').click();
    await page.keyboard.press('Enter'); // it says that this closes it
    await w.gone(w.terminal('Exit code 3'));
    assert.equal(await w.notification('terminated').count(), 0);
  });

  await step('the container is in the tree', async () => {
    await w.row(/Exited \(3\), image greeter:latest/).waitFor();
    await w.screenshot('6-container');
  });

  await step('why did it stop?', async () => {
    await w.inline(w.row(/Exited \(3\), image greeter:latest/), /^Explain/);
    await w.webview('exit').waitFor();
    await w.screenshot('7-explain');
  });

  await step('remove it, by a plan', async () => {
    const row = w.row(/Exited \(3\), image greeter:latest/);
    await w.inline(row, /^Remove/);
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await w.screenshot('8-plan');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await w.gone(row);
    await w.screenshot('9-removed');
  });
}

await walk({ walk: { folder: 'greeter', files: { Dockerfile: dockerfile }, settings: { 'editor.codeActionsOnSave': { 'source.fixAll': 'explicit' } }, play } });
