// Sets the stage for a walk through the workbench: a folder, the installed extension, the workbench open on it, and steps to take.
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Workbench } from './page.mjs';
import { artifacts, install, openBrowser, settings, startVSCode, workbenchURL } from './workbench.mjs';

// walk runs scenes one after the other, each in a workbench of its own. A scene that fails leaves a screenshot.
export async function walk(scenes) {
  const home = process.env.HOME;
  const vsix = await install(home);
  console.log(`# ${path.basename(vsix)}: ${(statSync(vsix).size / 1e6).toFixed(1)} MB`);
  for (const [name, scene] of Object.entries(scenes)) {
    const folder = path.join(home, scene.folder ?? name.replaceAll(' ', '-'));
    for (const [file, text] of Object.entries(scene.files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), text);
    }
    const server = await startVSCode({ home, settings: settings({ 'dockwright.server.path': '', ...scene.settings }), args: scene.untrusted ? [] : ['--disable-workspace-trust'] });
    const { context, page } = await openBrowser({ home: path.join(home, 'browsers', path.basename(folder)) });
    const w = new Workbench(page, artifacts());
    try {
      await page.goto(workbenchURL({ address: server.address, folder }));
      await w.ready();
      await scene.play(w, page, folder, (what, work) => step(w, what, work));
    } catch (error) {
      console.log(error.stack ?? error);
      process.exitCode = 1;
    } finally {
      await context.close();
      await server.close();
    }
  }
}

async function step(w, name, work) {
  try {
    await work();
    console.log(`ok - ${name}`);
  } catch (error) {
    await w.screenshot(`failed ${name}`.replaceAll(' ', '-')).catch(() => {});
    console.log(`not ok - ${name}`);
    throw error;
  }
}
