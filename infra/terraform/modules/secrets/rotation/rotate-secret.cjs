'use strict';

// Secrets Manager's rotation function for PROXY_API_KEY. CommonJS in one file: CloudFormation ships it inline, so there is no
// archive to build and nothing to upload. The SDK is part of Lambda's Node runtime.
//
// The former key moves to PROXY_API_KEY_PREVIOUS and stays valid until the next rotation: clients have that long to change over.
// Keys of the model vendors are issued by the vendors and are not touched.

const { randomBytes } = require('node:crypto');

const keyPattern = /^[\x21-\x7e]{32,256}$/;

async function readStage(secretsManager, secretId, stage, versionId) {
  const answer = await secretsManager.getSecretValue({
    SecretId: secretId,
    VersionStage: stage,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  });
  return JSON.parse(answer.SecretString);
}

/** Stores the next value under the request's token. Runs again after a crash: a value that is there already is kept. */
async function createSecret({ SecretId, ClientRequestToken }, { secretsManager }) {
  try {
    await readStage(secretsManager, SecretId, 'AWSPENDING', ClientRequestToken);
    return;
  } catch (error) {
    if (error.name !== 'ResourceNotFoundException') throw error;
  }
  const current = await readStage(secretsManager, SecretId, 'AWSCURRENT');
  const next = {
    ...current,
    PROXY_API_KEY: `cp-${randomBytes(36).toString('base64url')}`,
    PROXY_API_KEY_PREVIOUS: current.PROXY_API_KEY,
  };
  await secretsManager.putSecretValue({
    SecretId,
    ClientRequestToken,
    SecretString: JSON.stringify(next),
    VersionStages: ['AWSPENDING'],
  });
}

/** Refuses a value with which the tasks would not start. Secrets Manager also calls this alone, when rotation is switched on. */
async function testSecret({ SecretId, ClientRequestToken }, { secretsManager }) {
  const pending = await readStage(secretsManager, SecretId, 'AWSPENDING', ClientRequestToken);
  if (!keyPattern.test(pending.PROXY_API_KEY ?? '')) {
    throw new Error('PROXY_API_KEY must be 32 to 256 printable characters without spaces');
  }
}

/** Makes the pending value current, restarts the tasks (they read secrets at start only) and tells the operators. */
async function finishSecret({ SecretId, ClientRequestToken }, { secretsManager, ecs, sns, environment }) {
  const { VersionIdsToStages } = await secretsManager.describeSecret({ SecretId });
  const currentVersion = Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id].includes('AWSCURRENT'));
  if (currentVersion !== ClientRequestToken) {
    await secretsManager.updateSecretVersionStage({
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken,
      RemoveFromVersionId: currentVersion,
    });
  }
  for (const service of environment.SERVICES.split(',')) {
    await ecs.updateService({ cluster: environment.CLUSTER, service, forceNewDeployment: true });
  }
  await sns.publish({
    TopicArn: environment.TOPIC_ARN,
    Subject: 'Claude Proxy: PROXY_API_KEY was rotated',
    Message: `Hand the new PROXY_API_KEY from ${SecretId} to the clients, and store it as SMOKE_API_KEY of the environment in GitHub. The former key works until the next rotation.`,
  });
}

const steps = { createSecret, setSecret: async () => {}, testSecret, finishSecret };

/** The function with its AWS clients handed in. `services` holds secretsManager, ecs, sns and environment. */
async function rotate(event, services) {
  const step = steps[event.Step];
  if (step === undefined) throw new Error(`unknown rotation step ${event.Step}`);
  await step(event, services);
}

module.exports = {
  rotate,
  handler: (event) => {
    const { SecretsManager } = require('@aws-sdk/client-secrets-manager');
    const { ECS } = require('@aws-sdk/client-ecs');
    const { SNS } = require('@aws-sdk/client-sns');
    return rotate(event, {
      secretsManager: new SecretsManager({}),
      ecs: new ECS({}),
      sns: new SNS({}),
      environment: process.env,
    });
  },
};
