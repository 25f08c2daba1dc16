export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
export type { SimulatorMatcher, SimulatorStep } from './script.js';
export type { Directives, Fault, ToolCallDirective } from './directives.js';
export type { RecordedRequest, SimulatorCounts } from './recorder.js';
export type { TokenUsage } from './token-usage.js';
