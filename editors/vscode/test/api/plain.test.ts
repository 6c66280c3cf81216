// Functions that need neither the editor nor the engine.
import * as assert from 'node:assert/strict';
import { notSecrets, secrets, writtenSecrets } from '../../src/commands/build';
import { explanation } from '../../src/explain';
import { ago, byName, bytes, duration, line, size, when, words, writtenBytes } from '../../src/format';
import { wrongInside, wrongReference, wrongReferences } from '../../src/names';
import { detail, inFull } from '../../src/plan';
import { Action } from '../../src/types';
import { Tests } from './check';

export const plainTests: Tests = {
  async 'sizes and times read as people say them'() {
    assert.deepEqual(['many10', 'many1', 'many2', 'b', 'A'].sort(byName), ['A', 'b', 'many1', 'many2', 'many10']);
    assert.deepEqual([0, 999, 1000, 1500, 1_982_000, 123_456_789, 4e12].map(size), ['0 B', '999 B', '1 kB', '1.5 kB', '1.98 MB', '123 MB', '4 TB']);
    const now = Date.parse('2020-01-10T00:00:00Z');
    assert.deepEqual(['2020-01-09T23:59:50Z', '2020-01-09T23:59:00Z', '2020-01-09T21:00:00Z', '2020-01-03T00:00:00Z', '2018-12-01T00:00:00Z'].map(time => ago(time, now)),
      ['just now', '1 minute ago', '3 hours ago', '1 week ago', '1 year ago']);
    const [morning, evening] = [new Date(2020, 0, 10, 8, 5), new Date(2020, 0, 10, 20)];
    assert.match(when(morning.toISOString(), evening), /0?8.05/);
    assert.doesNotMatch(when(morning.toISOString(), new Date(2020, 0, 11)), /8.05|2020/);
    assert.match(when(morning.toISOString(), new Date(2021, 0, 11)), /2020/);
    assert.deepEqual([12, 1234, 61_000].map(duration), ['12 ms', '1.2 s', '1 min 1 s']);
  },

  async 'a command line is split as a shell does, and put together again'() {
    for (const [text, expected] of Object.entries({
      'ls -l': ['ls', '-l'], '  a  ': ['a'], '': [], [`sh -c 'a "b"  c'`]: ['sh', '-c', 'a "b"  c'], [`"" x\\ y`]: ['', 'x y'], [`a"b"c`]: ['abc'], [`'it'\\''s'`]: [`it's`],
    })) {
      assert.deepEqual(words(text), expected, text);
      assert.deepEqual(words(line(expected)), expected, line(expected));
    }
  },

  async 'names are held against the rules while they are typed'() {
    const good = ['web', 'web:V2', 'ghcr.io/team/app:1', 'localhost:5000/a__b/c-d', 'Registry.example/app'];
    assert.deepEqual(good.filter(wrongReference), []);
    assert.deepEqual(['', 'web:V 2', 'Web', 'web:', 'a/', 'web:-x'].filter(name => !wrongReference(name)), []);
    assert.match(wrongReferences('web Web')!, /^Web is no name/);
    assert.deepEqual(['/etc', 'C:\\app', 'etc', ''].map(wrongInside).map(Boolean), [false, false, true, true]);
  },

  async 'memory and secrets are read as the docker command has them, and written so again'() {
    assert.deepEqual(['', '512m', '1.5g', '2GiB', '64', 'lots', '1.2.3m'].map(bytes), [0, 512 * 2 ** 20, 1.5 * 2 ** 30, 2 ** 31, 64, undefined, undefined]);
    assert.deepEqual([undefined, 0, 512 * 2 ** 20, 1.5 * 2 ** 30, 1000].map(writtenBytes), ['', '', '512m', '1536m', '1000']);
    const text = "id=npm,src=.npmrc 'id=my token,env=TOKEN'";
    assert.deepEqual(secrets(text), [{ id: 'npm', file: '.npmrc', env: undefined }, { id: 'my token', file: undefined, env: 'TOKEN' }]);
    assert.deepEqual(secrets(writtenSecrets(secrets(text))), secrets(text));
    assert.deepEqual([text, '', 'id=a', 'src=.npmrc', 'id=a,src=b,env=C'].map(notSecrets).map(Boolean), [false, false, true, true, true]);
  },

  async 'a long plan says how much more there is, and what is lost'() {
    const items = Array.from({ length: 20 }, (_, i) => ({ kind: 'container', id: `${i}`, name: `c${i}`, reason: 'exited (0)', size: 1000 }));
    const text = detail({ title: 'Remove 20 containers', items, size: 20_000, loses: ['What they wrote is lost.'], protected: [{ ...items[0], protectedBy: ['it is running'] }] });
    assert.match(text, /^• container c0: exited \(0\), 1 kB\n/);
    assert.match(text, /• and 8 more\n\nFrees 20 kB\.\n\nWhat they wrote is lost\.\n\nWhat stays, because something needs it:\n• container c0: it is running$/);
    const cache = Array.from({ length: 9 }, (_, i) => ({ kind: 'buildCache', id: `${i}`, name: `step ${i}`, reason: 'no build is using it', size: 1000 }));
    assert.match(detail({ title: 'Remove everything unused', items: [items[0], ...cache], size: 0 }), /^• container c0: .*\n• build cache \(9 records\): no build is using it, 9 kB$/);
    const page = inFull({ title: 'Remove', items: [...items, ...cache], size: 0 }, 'Remove?', 'Remove').text;
    assert.deepEqual([...items, ...cache].filter(({ name }) => !page.includes(`<td>${name}</td>`)), [], 'the page has all of them');
  },

  async 'of the actions on a container that is well none stands out that stops it'() {
    const actions = (fixes: Action[]) => {
      const { body } = explanation({ id: 'x', name: 'x', image: 'i', state: 'running', verdict: 'running', summary: '', confidence: 'certain', evidence: [], fixes });
      return [...body.text.matchAll(/<a class="(\w*)" .*?>(.*?)<\/a>/g)].map(([, style, title]) => [title, style]);
    };
    const fix = (title: string, command: string) => ({ title, command, arguments: [] });
    assert.deepEqual(actions([fix('Stop', 'dockwright.container.stop')]), [['Explain Again', ''], ['Stop', '']]);
    assert.deepEqual(actions([fix('Remove', 'dockwright.container.remove'), fix('Start', 'dockwright.container.start')]), [['Start', 'primary'], ['Explain Again', ''], ['Remove', '']]);
  },

  async 'what comes from a container cannot become part of a page'() {
    const { body, commands } = explanation({
      id: 'x', name: '<script>', image: '"&', state: 'exited', exitCode: 1, verdict: 'error', summary: '<img src=x>', confidence: 'likely',
      evidence: [{ source: 'log', text: '</pre><a href="command:x">' }, { source: 'log', text: 'second' }], fixes: [{ title: 'By hand', command: '', arguments: [] }, { title: 'Start', command: 'dockwright.container.start', arguments: [{ container: 'x' }] }],
    });
    assert.doesNotMatch(body.text, /<script>|<img|<a href="command:x/);
    assert.match(body.text, /<li>By hand<\/li>/);
    assert.match(body.text, /&#62;\nsecond<\/pre>/);
    assert.deepEqual(commands.filter(command => command !== 'dockwright.reveal'), ['dockwright.container.start', 'dockwright.container.explain']);
  },
};
