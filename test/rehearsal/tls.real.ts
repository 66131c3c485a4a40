import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { CacheTls } from '../../lib';
import { regionalStack } from '../synth';
import { inside } from './fixtures/inside';

const elsewhere = regionalStack();
const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}/1`;
const certificate = acm.Certificate.fromCertificateArn(elsewhere, 'Certificate', arn('acm', 'certificate'));
const stores = arn('elasticloadbalancing', 'truststore/clients');
const trustStore = elbv2.TrustStore.fromTrustStoreArn(elsewhere, 'TrustStore', stores);

/** What a client gets that checks the certificate, and one that should have presented its own. */
const CHECKED = {
  trusting: expect.stringMatching(/^VERSION /),
  relayed: expect.stringMatching(/^VERSION /),
  otherName: 'ERR_TLS_CERT_ALTNAME_INVALID',
  otherAuthority: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
};
const REFUSED = {
  withoutCertificate: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  strangersCertificate: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
};

test('the load balancer speaks TLS with clients that present a certificate, and refuses others', async () => {
  const tls = CacheTls.loadBalancer({ hostname: 'cache.example.com', certificate, trustStore });
  const { answers, libraries, canary } = await inside('tls', { tls });
  expect(answers).toEqual({ ...CHECKED, ...REFUSED });
  expect(libraries).toEqual({ 'memcache-client': 'value', pymemcache: 'value', dalli: 'value' });
  expect(canary).toEqual([]);
});

test('the proxies speak TLS themselves, and a renewed certificate ends no connection and no process', async () => {
  const secret = (name: string) =>
    secretsmanager.Secret.fromSecretCompleteArn(
      elsewhere,
      name,
      `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`,
    );
  const tls = CacheTls.proxy({
    hostname: 'cache.example.com',
    certificate: secret('Server'),
    clientCertificateAuthorities: secret('Clients'),
  });
  expect(await inside('tls-renewal', { tls })).toEqual({
    // memcached sends the authority's own certificate too: it has it for those of clients.
    answers: { ...CHECKED, ...REFUSED, otherAuthority: 'SELF_SIGNED_CERT_IN_CHAIN' },
    libraries: { 'memcache-client': 'value', pymemcache: 'value', dalli: 'value' },
    canary: [],
    renewed: { letsIn: expect.stringMatching(/^VERSION /), openConnection: 'VALUE kept 0 1\r\n1\r\nEND' },
    wrong: { goesOn: true },
    readOnly: true,
    sameProcesses: true,
  });
});
