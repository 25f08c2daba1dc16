import { All, Controller } from '@nestjs/common';
import { GatewayError } from '#wire';

/** In the place of the durable endpoints where there is neither database nor queue. */
@Controller('api')
export class NotConfiguredController {
  @All(['enqueue', 'jobs/:id'])
  refuse(): never {
    throw new GatewayError(
      'not_configured',
      'Durable requests are not configured: set SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY and SQS_QUEUE_URL',
    );
  }
}
