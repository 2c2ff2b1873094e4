import { AwsError } from '../aws-error.ts';
import type { SignatureRefused } from '../sigv4.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidRange: 416,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  NotModified: 304,
  OwnershipControlsNotFoundError: 404,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
};

/** An error by S3's code; the status follows from it. */
export function s3Error(code: string, message: string, details: Readonly<Record<string, string>> = {}): AwsError {
  return new AwsError(code, message, STATUS[code] ?? 400, details);
}

export function signatureError({ reason, message }: SignatureRefused): AwsError {
  const codes = {
    malformed: 'AuthorizationHeaderMalformed',
    'unknown-key': 'InvalidAccessKeyId',
    'wrong-signature': 'SignatureDoesNotMatch',
    expired: 'AccessDenied',
    skewed: 'RequestTimeTooSkewed',
    'unsigned-header': 'AccessDenied',
  } as const;
  return s3Error(codes[reason], message);
}
