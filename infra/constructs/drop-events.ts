/** Announces each drop that has arrived: a `drop.json` was written, and it is written last. */
import { Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { keys } from '../../schemas/keys.ts';

/** EventBridge's wildcard also spans slashes; who reads the queue asks `dropOfManifestKey`, which does not. */
export const MANIFEST_PATTERN = keys.dropManifest('NAME').replace('NAME', '*');

export class DropEvents extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { bucket }: { bucket: IBucket }) {
    super(scope, id);
    const closed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    this.queue = new Queue(this, 'Queue', {
      ...closed,
      visibilityTimeout: Duration.minutes(5),
      // Starting a run twice starts one run, so a message may safely be tried again; what fails five times wants a person.
      deadLetterQueue: { queue: new Queue(this, 'Failed', closed), maxReceiveCount: 5 },
    });
    new Rule(this, 'Arrived', {
      description: 'a drop.json was written: the drop before it is complete',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket.bucketName] },
          object: { key: Match.wildcard(MANIFEST_PATTERN) },
        },
      },
      targets: [new SqsQueue(this.queue)],
    });
  }
}
