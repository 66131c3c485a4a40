import { CURRENT_VERSION_EXPIRED_FLAGS, FLAGS } from 'aws-cdk-lib/cx-api';

/** Every feature flag of the core library that still means something, switched on. */
export const FEATURE_FLAGS: Record<string, boolean> = Object.fromEntries(
  Object.keys(FLAGS)
    .filter((flag) => !CURRENT_VERSION_EXPIRED_FLAGS.includes(flag))
    .map((flag) => [flag, true]),
);
