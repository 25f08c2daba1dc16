import { SQSClient } from '@aws-sdk/client-sqs';
import type { DurableConfig } from '#config';

/**
 * A client of its own pool of connections. Credentials come from the SDK's own chain: environment, container or instance role.
 *
 * @param connections at once; every waiting poll holds one.
 */
export function createSqsClient(durable: DurableConfig, connections: number): SQSClient {
  return new SQSClient({
    region: durable.region,
    requestHandler: {
      connectionTimeout: 2000,
      // Longer than a poll waits; without it a lost network is waited for without end.
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: connections },
      httpsAgent: { maxSockets: connections },
    },
    ...(durable.sqsEndpoint !== undefined && { endpoint: durable.sqsEndpoint }),
  });
}
