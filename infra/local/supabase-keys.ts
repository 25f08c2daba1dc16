/** Fixed: they guard nothing but a developer's own machine. With both set, row-level security holds as in production. */
export const localPublishableKey = 'sb_publishable_local_development_only';
export const localServiceRoleKey = 'sb_secret_local_development_only';
