import { App, NestedStack, Stack, Stage, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ACCOUNT, REGION, ZONES } from './synth';

export const HOME = { account: ACCOUNT, region: REGION };
export const ELSEWHERE = { account: '210987654321', region: 'us-east-2' };

/** Makes the stack that a cluster is in, and another that uses what leaves the cluster. */
export type Places = (app: App) => { readonly owner: Stack; readonly reader: Stack };

/** An app that knows the zones of its home. */
export function newApp(): App {
  const zones = { [`availability-zones:account=${ACCOUNT}:region=${REGION}`]: ZONES };
  return new App({ treeMetadata: false, context: zones });
}

/** A stack at home. */
export const home = (scope: Construct, id: string, props?: StackProps): Stack =>
  new Stack(scope, id, { env: HOME, ...props });
const nested = (parent: Stack, id: string): Stack => new NestedStack(parent, id);

/** Where the cluster is, and where what leaves it is used. */
export const PLACES: Record<string, Places> = {
  'another stack': (app) => ({ owner: home(app, 'Home'), reader: home(app, 'Other') }),
  'another stack for any environment': (app) => ({ owner: new Stack(app, 'Home'), reader: new Stack(app, 'Other') }),
  'another stack than the one with a name of its own': (app) => ({
    owner: home(app, 'Home', { stackName: 'named-otherwise' }),
    reader: home(app, 'Other'),
  }),
  'another stack of the same stage': (app) => {
    const stage = new Stage(app, 'Prod', { env: HOME });
    return { owner: new Stack(stage, 'Home'), reader: new Stack(stage, 'Other') };
  },
  'a nested stack of its own': (app) => {
    const owner = home(app, 'Home');
    return { owner, reader: nested(owner, 'Child') };
  },
  'a nested stack of another stack': (app) => ({
    owner: home(app, 'Home'),
    reader: nested(home(app, 'Other'), 'Child'),
  }),
  'the parent of its nested stack': (app) => {
    const reader = home(app, 'Home');
    return { owner: nested(reader, 'Nested'), reader };
  },
  'a nested stack beside its nested stack': (app) => {
    const parent = home(app, 'Home');
    return { owner: nested(parent, 'Nested'), reader: nested(parent, 'Sibling') };
  },
  'another stack than that of its nested stack': (app) => ({
    owner: nested(home(app, 'Home'), 'Nested'),
    reader: home(app, 'Other'),
  }),
};

const LINKED = { crossRegionReferences: true };
const linked = (app: App): Stack => new Stack(app, 'Far', { env: { ...HOME, region: ELSEWHERE.region }, ...LINKED });

/** The same from another account or region, where no name that AWS gives can be seen. */
export const FAR_PLACES: Record<string, Places> = {
  'another region': (app) => ({
    owner: home(app, 'Home'),
    reader: new Stack(app, 'Far', { env: { ...HOME, region: ELSEWHERE.region } }),
  }),
  'another account': (app) => ({
    owner: home(app, 'Home'),
    reader: new Stack(app, 'Far', { env: { ...HOME, account: ELSEWHERE.account } }),
  }),
  'another account and region': (app) => ({
    owner: home(app, 'Home'),
    reader: new Stack(app, 'Far', { env: ELSEWHERE }),
  }),
};

/** Another region to which CDK passes on what AWS names, as the user has asked of it. */
export const LINKED_PLACES: Record<string, Places> = {
  'another region, with references': (app) => ({ owner: home(app, 'Home', LINKED), reader: linked(app) }),
  'another region than its nested stack, with references': (app) => ({
    owner: nested(home(app, 'Home', LINKED), 'Nested'),
    reader: linked(app),
  }),
};
