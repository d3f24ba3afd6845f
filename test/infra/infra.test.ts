import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { MANIFEST_PATTERN } from '../../infra/constructs/drop-events.ts';
import { AssayStack } from '../../infra/stack.ts';

const build = () => {
  const app = new App();
  return { app, stack: new AssayStack(app, 'Assay') };
};

const violations = (app: App) =>
  new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.map(
      ({ ruleName, violatingResources }) =>
        `${ruleName}: ${violatingResources.map((r) => r.resourceLogicalId).join(', ')}`,
    );

describe('infra', () => {
  it('gives cdk-nag nothing to say', () => {
    expect(violations(build().app)).toEqual([]);
  });

  it('is checked by rules that do say something about a bare bucket', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Bare'), 'Bucket');
    expect(violations(app).some((line) => line.startsWith('AwsSolutions-S1'))).toBe(true);
  });

  it('gives a reason with each acknowledgement', () => {
    const { app } = build();
    const acknowledged = app.node
      .findAll()
      .flatMap((construct) =>
        construct.node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(data as Record<string, unknown>)),
      );
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const [id, reason] of acknowledged) expect(JSON.stringify(reason).length, id).toBeGreaterThan(40);
  });

  it('versions, encrypts and closes the bucket', () => {
    const template = Template.fromStack(build().stack);
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LoggingConfiguration: Match.anyValue(),
    });
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  it('removes no object of the bucket by age: that is for retention, which knows holds and what is traced', () => {
    const template = Template.fromStack(build().stack);
    const rules = Object.values(template.findResources('AWS::S3::Bucket'))
      .filter(({ Properties }) => Properties.VersioningConfiguration !== undefined)
      .map(({ Properties }) => Properties.LifecycleConfiguration.Rules);
    expect(rules).toEqual([[{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 }, Status: 'Enabled' }]]);
  });

  it('sends written manifests, and only those, to a queue with a dead-letter queue', () => {
    const template = Template.fromStack(build().stack);
    expect(MANIFEST_PATTERN).toBe('drops/*/drop.json');
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: Match.objectLike({ object: { key: [{ wildcard: 'drops/*/drop.json' }] } }),
      }),
      Targets: [Match.objectLike({ Arn: Match.anyValue() })],
    });
    template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }) });
  });

  it('synthesises by the command that cdk.json names', () => {
    const out = mkdtempSync(join(tmpdir(), 'assay-cdk-'));
    try {
      const { app } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { app: string };
      const [command, ...args] = app.split(' ');
      expect(command).toBe('node');
      execFileSync(process.execPath, args, { cwd: root, env: { ...process.env, CDK_OUTDIR: out }, stdio: 'pipe' });
      expect(Object.keys(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as object)).toContain(
        'artifacts',
      );
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  });
});
