import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { MessageQueue } from '../../core/message-queue.ts';

/** By then Discord has the deferred reply: it knows no original response before. */
const DELAY_SECONDS = 1;

/**
 * Interactions whose answer comes late, as Discord delivered them. A Lambda stops when it has answered, so it puts them here and
 * another, which may run for minutes, finishes them. Messages hold interaction tokens, as jobs do.
 */
export class LateAnswerQueue extends MessageQueue {
  /** @param receivedAt epoch milliseconds: its token is good for 15 minutes from then */
  async send(interaction: unknown, receivedAt: number): Promise<void> {
    await this.client.send(
      new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: JSON.stringify({ receivedAt, interaction }), DelaySeconds: DELAY_SECONDS }),
    );
  }
}
