import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { MemcachedCluster } from 'cdk-memcached';

const app = new App();
const stack = new Stack(app, 'Minimal');
const vpc = new Vpc(stack, 'Vpc');
new MemcachedCluster(stack, 'Cache', { vpc });
app.synth();
