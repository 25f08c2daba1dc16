import type Anthropic from '@anthropic-ai/sdk';

/** A canonical request: Anthropic's own type, beta members included, because that is what clients send. */
export type MessagesRequest = Anthropic.Beta.Messages.MessageCreateParams;
export type MessageParam = Anthropic.Beta.Messages.BetaMessageParam;
export type ContentBlockParam = Anthropic.Beta.Messages.BetaContentBlockParam;
export type ToolUnion = Anthropic.Beta.Messages.BetaToolUnion;

/** A canonical answer. */
export type Message = Anthropic.Messages.Message;
export type ContentBlock = Anthropic.Messages.ContentBlock;
export type Usage = Anthropic.Messages.Usage;
export type MessageDeltaUsage = Anthropic.Messages.MessageDeltaUsage;
export type StopReason = Anthropic.Messages.StopReason;

export interface PingEvent {
  type: 'ping';
}

/** A canonical stream event. Errors are not events in the house: they are thrown as `GatewayError`. */
export type MessagesEvent = Anthropic.Messages.RawMessageStreamEvent | PingEvent;
