/** The CDK app: `cdk synth` runs this file directly (cdk.json). */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AssayStack } from './stack.ts';

const app = new App();
new AssayStack(app, 'Assay');
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
