export * from './config.js';
export * from './config.module.js';
export * from './configuration-error.js';
export { isVendorsOwn } from './default-routes.js';
export * from './load-config.js';
export { type RouteFileContent } from './route-file/read-route-file.js';
export { routeFileSchema } from './route-file/route-file.shape.js';
export * from './secret.js';
export * from './variable.decorator.js';
