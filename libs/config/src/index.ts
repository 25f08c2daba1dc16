export * from './config.js';
export * from './config.module.js';
export * from './configuration-error.js';
export * from './load-config.js';
export * from './secret.js';
export * from './variable.decorator.js';
