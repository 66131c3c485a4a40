// The core library's own validation takes seconds a synthesis; test/policy.real.ts synthesizes with it on.
process.env.CDK_VALIDATION = 'false';

// A stack trace for each construct takes a third of a synthesis in jest, which maps every frame to its source.
process.env.CDK_CONTEXT_JSON = JSON.stringify({
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
});
