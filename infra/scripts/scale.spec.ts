import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { FakeAws } from './test/fake-aws.js';
import { StandInCommands } from './test/stand-in-commands.js';

describe('scale.sh', () => {
  let aws: FakeAws;
  let commands: StandInCommands;

  beforeEach(async () => {
    aws = new FakeAws('staging', 'https://proxy.example.org');
    commands = await StandInCommands.start((_command, args) => aws.handle(args));
  });
  afterEach(() => commands.stop());

  const scale = (...args: string[]) => commands.run('scale.sh', ['--env', 'staging', ...args]);

  it('shows the bounds of the colour that is live', async () => {
    aws.parameters['release/live-colour'] = 'green';
    const { code, stdout } = await scale('--service', 'api');
    expect(code).toBe(0);
    expect(stdout).toContain('api-green in staging: 0 of 0 tasks run, bounds 0 to 0');
    expect(aws.changes).toEqual([]);
  });

  it('changes nothing without --execute', async () => {
    const { stdout } = await scale('--service', 'worker', '--min', '2', '--max', '20');
    expect(stdout).toContain('would run: aws application-autoscaling register-scalable-target');
    expect(aws.changes).toEqual([]);
  });

  it('sets the bounds with one call', async () => {
    const { code } = await scale('--service', 'worker', '--min', '2', '--max', '20', '--execute');
    expect(code).toBe(0);
    expect(aws.changes).toEqual([
      'application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id service/claude-proxy-staging/worker --min-capacity 2 --max-capacity 20',
    ]);
  });

  it('warns of bounds that are lower than those that are in force, and of no others', async () => {
    aws.bounds['api-blue'] = [11, 60];
    const lower = await scale('--service', 'api', '--min', '6', '--max', '30');
    expect(lower).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: this lowers the bounds of api-blue'),
    });
    const higher = await scale('--service', 'api', '--min', '11', '--max', '61');
    expect(higher).toMatchObject({ code: 0, stderr: '' });
  });

  it('stops the worker at once, and starts it again with the bounds', async () => {
    expect((await scale('--service', 'worker', '--min', '0', '--max', '0', '--execute')).code).toBe(0);
    expect(aws.bounds['worker']).toEqual([0, 0]);
    expect(aws.services['worker']?.desired).toBe(0);
    expect((await scale('--service', 'worker', '--min', '3', '--max', '60', '--execute')).code).toBe(0);
    expect(aws.bounds['worker']).toEqual([3, 60]);
  });

  it('says that tasks run on when they were not stopped', async () => {
    aws.refuses = ([, action]) => action === 'update-service';
    const { code, stderr } = await scale('--service', 'worker', '--min', '0', '--max', '0', '--execute');
    expect(code).toBe(1);
    expect(stderr).toContain('the tasks of worker run on');
  });

  it('ends with an error and the bounds as they were, whichever call is refused', async () => {
    const args = ['--service', 'api', '--min', '3', '--max', '6', '--execute'];
    await scale(...args);
    const callCount = aws.calls.length;
    for (let failing = 0; failing < callCount; failing += 1) {
      aws = new FakeAws('staging', 'https://proxy.example.org');
      aws.refuses = (_args, index) => index === failing;
      const { code, stderr } = await scale(...args);
      expect(code).toBe(failing < 2 ? 3 : 1);
      expect(stderr).toContain('error: ');
      expect(aws.bounds['api-blue']).toEqual([2, 9]);
    }
  });

  it.each([
    [['--service', 'api', '--min', '5', '--max', '3'], '--min 5 is above --max 3'],
    [['--service', 'api', '--min', '0', '--max', '3'], 'an API with no task is an outage'],
    [['--service', 'api', '--min', '0', '--max', '0'], 'an API with no task is an outage'],
    [['--service', 'api', '--min', '2'], '--max must be a whole number'],
    [['--service', 'queue'], '--service must be api or worker'],
  ])('refuses %j with exit code 2 and calls nothing', async (args, problem) => {
    const { code, stderr } = await scale(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(aws.calls).toEqual([]);
  });
});
