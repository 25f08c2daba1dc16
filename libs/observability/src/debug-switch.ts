/**
 * `DEBUG=*` is the product's switch for its own debug level. Express and other libraries hear the same word by way of the package
 * `debug`, and print every request's query, which may hold anything: they stay silent unless one is named. That package reads the
 * variable once, when it is loaded, so this module is the first that a process loads.
 */
if (process.env.DEBUG?.split(/[\s,]+/).includes('*') === true) process.env.DEBUG = 'claude-proxy';
