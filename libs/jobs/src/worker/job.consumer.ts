import type { Message } from '@aws-sdk/client-sqs';
import { Injectable, type Type } from '@nestjs/common';
import { SqsConsumerEventHandler, SqsMessageHandler } from '@ssut/nestjs-sqs';
import { MessageHandler } from './message-handler.js';
import { Polling } from './polling.js';

/**
 * A consumer of its own name that takes one message at a time. As many run side by side as jobs may: a batch would wait for its
 * slowest message.
 */
export function jobConsumer(name: string): Type {
  @Injectable()
  class JobConsumer {
    constructor(
      private readonly messages: MessageHandler,
      private readonly polling: Polling,
    ) {}

    @SqsMessageHandler(name)
    async handle(message: Message): Promise<void> {
      await this.messages.handle(message);
    }

    /** Without a listener, Node ends the process at the first lost connection. */
    @SqsConsumerEventHandler(name, 'error')
    onError(error: Error): void {
      this.polling.failed(error);
    }
  }
  return JobConsumer;
}
