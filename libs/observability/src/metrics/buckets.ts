/** OpenTelemetry's advice for `http.server.request.duration`, and above it what generations take. Seconds. */
export const requestSeconds = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300, 600,
];

/** The proxy's own share of a request. Seconds. */
export const ownSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** OpenTelemetry's advice for `gen_ai.client.operation.duration`, and above it long generations. Seconds. */
export const operationSeconds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36,
];

/** OpenTelemetry's advice for `gen_ai.server.time_to_first_token`, and above it reasoning models. Seconds. */
export const firstTokenSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120,
];

/** OpenTelemetry's advice for `gen_ai.client.token.usage`. */
export const tokenCounts = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];
