import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scriptsDirectory, StandInCommands } from './stand-in-commands.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'scripts-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** Its name, as the repository's scripts are named. */
async function script(text: string): Promise<string> {
  const path = join(directory, 'script.sh');
  await writeFile(path, text);
  return relative(scriptsDirectory, path);
}

describe('the stand-ins', () => {
  it('hand over every word as it is, and answer with output and exit code', async () => {
    const calls: string[][] = [];
    const commands = await StandInCommands.start((command, args) => {
      calls.push([command, ...args]);
      return { code: 3, output: 'two\nlines' };
    });
    const end = await commands.run(await script(`psql 'a  b' '' $'new\\nline' ü; echo "code $?"`), []);
    await commands.stop();
    expect(calls).toEqual([['psql', 'a  b', '', 'new\nline', 'ü']]);
    expect(end).toEqual({ code: 0, stdout: 'code 3\n', stderr: 'two\nlines\n' });
  });

  it('tell a script that the test itself has failed', async () => {
    const commands = await StandInCommands.start(() => {
      throw new Error('the test expected no call');
    });
    const end = await commands.run(await script('aws sts; echo "code $?"'), []);
    await commands.stop();
    expect(end.stdout).toBe('code 255\n');
    expect(end.stderr).toContain('the test expected no call');
  });

  it('end what a test has left running, with all that it has started and connected', async () => {
    const calls = new EventEmitter();
    const beginning = once(calls, 'begin');
    const commands = await StandInCommands.start((_command, [name = '']) => {
      calls.emit(name);
      return { code: 0, output: '' };
    });
    const hanging = await script('exec 3<>"/dev/tcp/127.0.0.1/$STAND_IN_PORT"; sleep 600 & aws begin; sleep 600');
    const end = commands.run(hanging, []);
    await beginning;
    await commands.stop();
    expect(await end).toMatchObject({ code: null });
  });
});
