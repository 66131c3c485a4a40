// The core library's own validation takes seconds a synthesis; test/policy.real.ts synthesizes with it on.
process.env.CDK_VALIDATION = 'false';
