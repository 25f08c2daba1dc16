import { SetMetadata } from '@nestjs/common';

export const isPublicKey = 'is-public';

/** No key and no limit: for probes and documents. */
export const Public = () => SetMetadata(isPublicKey, true);
