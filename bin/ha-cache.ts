import { App } from 'aws-cdk-lib';
import { HaCacheStack } from '../lib';
import { stackPropsFromContext } from './stack-props';

const app = new App();
const account = process.env.CDK_DEFAULT_ACCOUNT;
const region = process.env.CDK_DEFAULT_REGION;

new HaCacheStack(app, 'HaCache', {
  // Without credentials the CLI knows no account: the stack is then for any environment, and for two zones.
  env: account && region ? { account, region } : undefined,
  ...stackPropsFromContext(app.node),
});
app.synth();
