// Other situations: an engine that is not there, a workspace that is not trusted, a service that runs, a build that fails.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { walk } from './stage.mjs';

const service = `FROM busybox:latest
WORKDIR /srv
RUN echo "<h1>Here</h1>" > index.html
EXPOSE 8080
CMD ["sh", "-c", "echo listening; while true; do nc -l -p 8080 < index.html; done"]
`;

// packaged is all that a user gets.
const packaged = [
  'bin/dockwright', 'dist/ThirdPartyNotices.txt', 'dist/connection.js', 'dist/extension.js', 'images/dockwright.svg', 'images/icon.png',
  'package.json', 'readme.md', 'walkthrough/build.md', 'walkthrough/clean.md', 'walkthrough/exec.md', 'walkthrough/explain.md', 'walkthrough/run.md', 'walkthrough/write.md',
];

// engine asks the engine of this test without the extension.
function engine(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: process.env.DOCKWRIGHT_ENGINE.replace('unix://', ''), path, method, headers: { 'Content-Type': 'application/json' } }, response => response.resume().on('end', resolve));
    request.on('error', reject).end(JSON.stringify(body));
  });
}

const wanted = process.env.DOCKWRIGHT_SCENE; // one of them, if it is named

const scenes = {
  'no engine': {
    files: { Dockerfile: service }, settings: { 'dockwright.engine.host': 'unix:///nowhere/docker.sock' },
    async play(w, page, _, step) {
      await step('the package has what is needed, and no more', async () => {
        const extensions = path.join(process.env.HOME, 'extensions');
        const installed = path.join(extensions, readdirSync(extensions).find(name => name.startsWith('dockwright.')));
        const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => path.relative(installed, path.join(entry.parentPath, entry.name)));
        assert.deepEqual(files.filter(name => !name.startsWith('.')).sort(), [...packaged].sort());
        for (const file of files.filter(name => name.endsWith('.js'))) {
          assert.doesNotMatch(readFileSync(path.join(installed, file), 'utf8'), /sourceMappingURL/);
        }
      });
      await step('an engine that is not there: the view says what to do', async () => {
        await w.openView();
        await page.getByText('Try again').waitFor();
        await w.screenshot('engine-missing');
      });
    },
  },

  'not trusted': {
    files: { Dockerfile: 'FROM busybox AS Build\n' }, untrusted: true,
    async play(w, page, _, step) {
      await step('a workspace that is not trusted: Dockerfiles are checked, the engine is left alone', async () => {
        await w.openFile('Dockerfile');
        await page.locator('.squiggly-warning').first().waitFor();
        await w.lens('Build not-trusted:latest').click();
        await w.notification('only in workspaces that you trust').waitFor();
        assert.equal(await page.locator('.monaco-dialog-box').count(), 0, 'VS Code asks too');
        await w.openView();
        await page.locator('.pane-body').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
        await w.screenshot('not-trusted');
      });
    },
  },

  service: {
    files: { Dockerfile: service }, settings: { 'workbench.colorTheme': 'Default Dark Modern' },
    async play(w, page, _, step) {
      const row = w.row(/^web, Up, image service:latest/);
      await step('a form to run, remembered', async () => {
        await w.openFile('Dockerfile');
        await w.lens('Run service:latest').waitFor();
        await w.command('Dockwright: Run Container');
        await w.pick('Build Dockerfile and run it');
        await w.pick('Name');
        await w.type('Name of the container', 'web');
        await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: /Name\s*web/ }).waitFor();
        await w.pick('Memory');
        await w.type('Memory at most', '64m');
        await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: /Memory\s*64m/ }).waitFor();
        await w.pick('Restart');
        await w.pick('unless-stopped');
        await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: /Restart\s*unless-stopped/ }).waitFor();
        await w.screenshot('run-form');
        await w.pick('Run');
        await w.openView();
        await row.waitFor();
      });
      await step('a shell in it', async () => {
        await w.notification('web runs').getByRole('button', { name: 'Open in Browser' }).waitFor();
        await w.inline(row, 'Open Terminal');
        await w.terminal('/srv #').waitFor();
        await page.keyboard.type('ls; hostname\n');
        await w.terminal('index.html').waitFor();
        await w.screenshot('shell');
        await w.readme('shell', 'screenshot');
      });
      await step('its log, as it comes', async () => {
        await w.inline(row, "Show Container's Log");
        await w.terminal('listening').waitFor();
        await w.screenshot('log');
      });
      await step('its files, in the tree', async () => {
        await row.first().click();
        await page.keyboard.press('ArrowRight');
        await w.row(/^files of web/).first().click();
        await w.row(/^folder \/srv/).first().click();
        await w.row(/^index.html/).first().click();
        await page.locator('.editor-instance .view-line').filter({ hasText: '<h1>Here</h1>' }).waitFor();
        await w.screenshot('files');
      });
      await step('the contexts, and the engine', async () => {
        await w.again(async timeout => { // the editor of the file can take the focus still
          await page.locator('.statusbar').getByText(/Docker · .*docker\.sock/).first().click({ timeout });
          await w.pick('Show the engine', timeout);
        });
        await w.webview('Builds with').waitFor();
        await page.getByRole('button', { name: 'Contexts Section' }).click();
        await w.row(/^engine at .*docker.sock, in use, of the settings/).waitFor();
        await w.screenshot('engine');
      });
      await step('the menu of a container', async () => {
        await w.openMenu(row, 'Rename Container');
        await w.screenshot('menu');
        await page.keyboard.press('Escape');
      });
      await step('the walkthrough ticks what was done, and nothing else', async () => {
        await w.command('Dockwright: Open Walkthrough');
        await page.waitForFunction(() => [...document.querySelectorAll('[data-step-id][aria-checked=true]')].map(step => step.dataset.stepId).join(' ')
          === ['build', 'run', 'exec'].map(step => `dockwright.dockwright#start#${step}`).join(' '));
      });
      await step('remove it while it runs', async () => {
        await w.menu(row, 'Remove Container');
        await w.press('web is running', 'Remove by force');
        const dialog = page.locator('.monaco-dialog-box');
        await dialog.waitFor();
        await w.screenshot('plan-force');
        await dialog.getByRole('button', { name: 'Remove' }).click();
        await w.gone(row);
      });
    },
  },

  many: {
    files: { Dockerfile: service },
    async play(w, page, _, step) {
      const names = Array.from({ length: 22 }, (_, i) => `many${i + 1}`);
      const dialog = page.locator('.monaco-dialog-box');
      for (const name of names) {
        await engine('POST', `/containers/create?name=${name}`, { Image: 'busybox:latest', Cmd: ['true'] });
      }
      await step('several are selected by clicks, and have the menu of one', async () => {
        await w.openView();
        await w.row(/^many1,/).first().click();
        await w.row(/^many3,/).first().click({ modifiers: ['Shift'] });
        assert.equal(await page.locator('.pane-body .monaco-list-row.selected').count(), 3);
        await w.screenshot('several');
        await w.menu(w.row(/^many2,/), 'Remove Container');
        await dialog.getByText(/many1.*many2.*many3/s).waitFor();
        await dialog.getByRole('button', { name: 'Cancel' }).click();
      });
      await step('what is inside of a container and selected with others is none of them', async () => {
        await w.row(/^many1,/).first().locator('.monaco-tl-twistie').click();
        const files = w.row(/^files of many1/);
        for (const [first, taken, clicked] of [[w.row(/^many1,/), /many1.*many2.*many3/s, files], [files, /Remove 2 containers.*many2.*many3/s, w.row(/^many2,/)]]) {
          await first.first().click();
          await w.row(/^many3,/).first().click({ modifiers: ['Shift'] });
          await w.screenshot('several-open');
          await w.menu(clicked, 'Remove Container');
          await dialog.getByText(taken).waitFor();
          await dialog.getByRole('button', { name: 'Cancel' }).click();
        }
        assert.equal(await page.locator('.notification-list-item').count(), 0);
      });
      await step('a plan that is too long for a dialog is shown as a page', async () => {
        await w.command('Dockwright: Remove Ended Containers');
        await dialog.waitFor();
        await w.screenshot('plan-long');
        assert.equal(await dialog.getByRole('button', { name: 'Remove' }).count(), 0, 'before all of it has been seen');
        await dialog.getByRole('button', { name: 'Show All' }).click();
        for (const name of names) {
          await w.webview('Remove all ended containers').getByText(name, { exact: true }).waitFor();
        }
        await w.screenshot('plan-page');
        await w.webview('Remove all ended containers').getByRole('button', { name: 'Remove' }).click();
        await w.gone(w.row(/^many1,/));
        assert.equal(await page.getByRole('tab', { name: /^Remove all/ }).count(), 0);
      });
    },
  },

  failing: {
    files: { Dockerfile: 'FROM busybox:latest\nRUN echo "compiling main.c"\nRUN sh -c "echo main.c:3: undefined: x >&2; exit 2"\n' },
    async play(w, page, _, step) {
      await step('a build that fails', async () => {
        await w.openFile('Dockerfile');
        await w.lens('Build failing:latest').click();
        await w.notification('exit code').waitFor();
        await w.screenshot('build-failed');
      });
      await step('a build that is cancelled', async () => {
        await page.locator('.view-line').filter({ hasText: 'exit 2' }).click();
        await page.keyboard.press('Home');
        await page.keyboard.type('RUN sleep 1000\n');
        await w.lens('Build failing:latest').click();
        await w.notification('sleep 1000').waitFor();
        await w.press('Building failing:latest', 'Cancel');
        await w.gone(w.notification('Building failing:latest'));
        await page.locator('.statusbar').getByText('Build an image: cancelled').waitFor();
      });
      await step('what a build sends', async () => {
        await w.command('Dockwright: Preview Build Context');
        await w.webview('What a build sends').waitFor();
        await w.screenshot('context');
      });
      await step('the walkthrough', async () => {
        await w.command('Dockwright: Open Walkthrough');
        await page.getByText('Build an image').first().waitFor();
        await page.getByText('Why did it stop?').first().click();
        await w.screenshot('walkthrough');
      });
      await step('how long VS Code says that the activation took', async () => {
        await w.command('Developer: Show Running Extensions');
        const row = page.locator('.runtime-extensions-editor .monaco-list-row, .editor-instance .monaco-list-row').filter({ hasText: 'Dockwright' }).first();
        await row.waitFor();
        console.log(`# ${(await row.textContent()).replace(/\s+/g, ' ')}`);
        await w.screenshot('running-extensions');
      });
    },
  },
};

await walk(Object.fromEntries(Object.entries(scenes).filter(([name]) => !wanted || name === wanted)));
