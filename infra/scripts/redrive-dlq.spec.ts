import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FakeAws } from './test/fake-aws.js';
import { StandInCommands } from './test/stand-in-commands.js';

const deadLetterArn = 'arn:aws:sqs:eu-central-1:111122223333:jobs-dlq';

describe('redrive_dlq.sh', () => {
  let aws: FakeAws;
  let commands: StandInCommands;

  beforeEach(async () => {
    aws = new FakeAws('staging', 'https://proxy.example.org');
    commands = await StandInCommands.start((_command, args) => aws.handle(args));
  });
  afterEach(() => commands.stop());

  const redrive = (...args: string[]) =>
    commands.run('redrive_dlq.sh', ['--env', 'staging', '--poll-seconds', '0', ...args]);

  it('shows how many there are and what it would do', async () => {
    const { code, stdout } = await redrive();
    expect(code).toBe(0);
    expect(stdout).toContain('3 dead letters in staging');
    expect(stdout).toContain(`would run: aws sqs start-message-move-task --source-arn ${deadLetterArn}`);
    expect(aws.changes).toEqual([]);
  });

  it('sends them back at the rate asked for and waits for the end', async () => {
    const { code, stdout, stderr } = await redrive('--rate', '25', '--execute');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(aws.changes).toEqual([
      `sqs start-message-move-task --source-arn ${deadLetterArn} --max-number-of-messages-per-second 25`,
    ]);
    expect(stdout).toContain('3 moved, done');
  });

  it('prints messages without taking them', async () => {
    const { code, stdout } = await redrive('--peek', '5');
    expect(code).toBe(0);
    expect(stdout).toContain('{"jobId":"7f9c"}');
    const receive = aws.calls.find(([, action]) => action === 'receive-message')?.join(' ');
    expect(receive).toContain('--max-number-of-messages 5 --visibility-timeout 1');
    expect(aws.changes).toEqual([]);
  });

  it('has nothing to do with an empty queue', async () => {
    aws.deadLetters = 0;
    const { code, stdout } = await redrive('--execute');
    expect(code).toBe(0);
    expect(stdout).toContain('nothing to send back');
    expect(aws.changes).toEqual([]);
  });

  it('does not start a second redrive beside a running one, and cancels one', async () => {
    aws.handle(['sqs', 'start-message-move-task']);
    const second = await redrive('--execute');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('a redrive is running already');
    expect((await redrive('--cancel', '--execute')).code).toBe(0);
    expect(aws.changes.at(-1)).toBe('sqs cancel-message-move-task --task-handle task-handle');
    expect((await redrive('--cancel', '--execute')).stdout).toContain('no redrive is running');
  });

  it('says why a redrive failed', async () => {
    aws.movedFailure = 'AccessDenied';
    const { code, stderr } = await redrive('--execute');
    expect(code).toBe(1);
    expect(stderr).toContain('the redrive ended as FAILED after 1 messages: AccessDenied');
  });

  it('ends with an error, whichever call is refused', async () => {
    await redrive('--execute');
    const callCount = aws.calls.length;
    for (let failing = 0; failing < callCount; failing += 1) {
      aws = new FakeAws('staging', 'https://proxy.example.org');
      aws.refuses = (_args, index) => index === failing;
      const { code, stderr } = await redrive('--execute');
      const call = aws.calls[failing]?.join(' ');
      expect({ call, code, stderr }).toEqual({
        call,
        code: failing < 2 ? 3 : 1,
        stderr: expect.stringContaining('error: '),
      });
    }
  });

  it.each([
    [['--env', 'staging', '--rate', '0'], '--rate must be from 1 to 500'],
    [['--env', 'staging', '--peek', '11'], '--peek must be from 1 to 10'],
    [[], '--env staging|production is needed'],
  ])('refuses %j with exit code 2', async (args, problem) => {
    const { code, stderr } = await commands.run('redrive_dlq.sh', args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});
