// Building the image of a container again, and putting a container of it in its place.
import { App } from '../app';
import { invoke } from '../invoke';
import { containerArgs } from '../target';
import { ContainerNode } from '../trees/containers';
import { buildOutput } from './build';

export async function rebuild(app: App, first?: unknown): Promise<void> {
  const name = first instanceof ContainerNode ? first.container.name : 'container';
  await invoke(app, 'dockwright.container.rebuild', containerArgs(first), { title: `Rebuilding ${name}`, output: buildOutput(app, `build ${name}`).output });
}
