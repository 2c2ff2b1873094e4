import * as v from 'valibot';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html#ec2-spot-instance-interruption-warning-event */
const spotNotice = v.object({ source: v.literal('aws.ec2'), 'detail-type': v.literal('EC2 Spot Instance Interruption Warning') });

/** Whether an event of EventBridge says that Spot takes a machine back in two minutes. */
export function isSpotNotice(event: unknown): boolean {
  return v.is(spotNotice, event);
}
