import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
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
  expect(libraries).toEqual({ 'memcache-client': 'value', pymemcache: 'value' });
  expect(canary).toEqual([]);
});
