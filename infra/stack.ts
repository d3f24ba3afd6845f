/** What Assay needs in an AWS account: the bucket, and word of each drop that has arrived. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DataBucket } from './constructs/data-bucket.ts';
import { DropEvents } from './constructs/drop-events.ts';

export class AssayStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const { bucket } = new DataBucket(this, 'Data');
    const { queue } = new DropEvents(this, 'Drops', { bucket });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName, description: 'ASSAY_BUCKET' });
    new CfnOutput(this, 'DropQueueUrl', { value: queue.queueUrl, description: 'where arrived drops are announced' });
  }
}
