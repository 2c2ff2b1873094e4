import { AwsError } from '../aws-error.ts';

/** The codes of the query protocol, where they differ: clients get them in the x-amzn-query-error header. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** Codes without a shape of their own in SQS's model. */
const GENERAL = ['InvalidParameterValue', 'MissingParameter', 'MissingAuthenticationToken', 'SerializationException', 'InternalFailure'];

export function describeSqsError({ code, status }: AwsError): { type: string; headers: Record<string, string> } {
  const fault = status < 500 ? 'Sender' : 'Receiver';
  const type = GENERAL.includes(code) ? `com.amazon.coral.service#${code}` : `com.amazonaws.sqs#${code}`;
  return { type, headers: { 'x-amzn-query-error': `${QUERY_CODES[code] ?? code};${fault}` } };
}

export function queueDoesNotExist(): AwsError {
  return new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}

export function invalidParameter(name: string, value: unknown, reason: string): AwsError {
  return new AwsError('InvalidParameterValue', `Value ${String(value)} for parameter ${name} is invalid. Reason: ${reason}`);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

export function receiptHandleIsInvalid(handle: string): AwsError {
  return new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
