import { Token } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { inputError } from '../errors';
import { having, knownBoolean, knownInteger, knownMember, knownText, whereGiven } from '../validation';

/** Options of TLS, whatever ends it. */
export interface CacheTlsOptions {
  /**
   * The name that clients connect to. The certificate has to be for it: no certificate is to be had for the load balancer's own
   * name.
   */
  readonly hostname: string;

  /**
   * The hosted zone in which the name is made, as an alias of the load balancer.
   *
   * @default - you make the record yourself
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * The port of TLS. With another one than the cluster's, plain memcached stays on the cluster's port, so that clients move one
   * after another.
   *
   * @default - the cluster's port
   */
  readonly port?: number;

  /**
   * Whether plain memcached is served on the cluster's port.
   *
   * @default - whether `port` is another one; with mutual TLS and another port it has to be given
   */
  readonly plain?: boolean;

  /**
   * Certificates in PEM of authorities that the canary trusts, such as those of AWS Private CA. It trusts public ones without.
   *
   * @default - public ones only
   */
  readonly certificateAuthorities?: string;
}

/** Where the load balancer writes whom it has spoken TLS with. */
export interface CacheAccessLogs {
  /**
   * The bucket, in the region of the cluster. A bucket made in the same application is opened for the load balancer; give one that
   * you import the policy that AWS asks for.
   */
  readonly bucket: s3.IBucket;

  /**
   * What the names of the objects start with.
   *
   * @default - nothing
   */
  readonly prefix?: string;
}

/** Options of `CacheTls.loadBalancer`. */
export interface LoadBalancerTlsOptions extends CacheTlsOptions {
  /** The certificate, in the region of the cluster. AWS Certificate Manager renews those that it has issued. */
  readonly certificate: acm.ICertificate;

  /**
   * The versions and ciphers of TLS.
   *
   * @default elbv2.SslPolicy.RECOMMENDED_TLS
   */
  readonly sslPolicy?: elbv2.SslPolicy;

  /**
   * Access logs. Network Load Balancers write them of TLS alone.
   *
   * @default - none
   */
  readonly accessLogs?: CacheAccessLogs;

  /**
   * The authorities of which a client has to present a certificate: mutual TLS.
   *
   * The probe has none. Its canary then connects without TLS: to the cluster's port with `plain: true`, and otherwise to a
   * listener of its own, which only the probe may connect to.
   *
   * @default - clients present none
   */
  readonly trustStore?: elbv2.ITrustStore;
}

/** Options of `CacheTls.proxy`. */
export interface ProxyTlsOptions extends CacheTlsOptions {
  /**
   * The secret that holds, in PEM and one after another, the certificate, those between it and its authority, and its private
   * key. Each proxy reads it once an hour, so that a renewed one is served without a restart.
   *
   * Import one that is encrypted with a key of yours together with its `encryptionKey`: the proxies are then allowed to use it.
   */
  readonly certificate: secretsmanager.ISecret;

  /**
   * The secret that holds, in PEM, the certificates of the authorities of which a client has to present a certificate: mutual
   * TLS. Each proxy reads it once an hour. An authority that is taken out is trusted until the proxies are replaced.
   *
   * The probe has no certificate. Its canary then goes through a listener of its own, with TLS, which only the probe may connect
   * to.
   *
   * @default - clients present none
   */
  readonly clientCertificateAuthorities?: secretsmanager.ISecret;

  /**
   * The image of the container that reads the secrets. It must hold `aws`, `bash`, `cat`, `cp`, `mkdir`, `mkfifo`, `mv` and
   * `sleep`; `sh` with `test` at `/bin/sh`, for the health check; and `awk`, without which its lines are no JSON, and the alarm
   * `CertificateRefused` does not fire.
   *
   * @default - AWS's own image of its command line, pinned to an exact release, through the pull-through cache where there is one
   */
  readonly awsCliImage?: ecs.ContainerImage;
}

/** How clients speak TLS to the cluster. What proxies and nodes say to each other is plain. */
export class CacheTls {
  /**
   * The load balancer ends TLS, with a certificate of AWS Certificate Manager. It goes with every routing that has an endpoint.
   *
   * A connection that is idle for 350 seconds is closed, and AWS lets nobody change that: without TLS it is 6,000 seconds.
   *
   * @throws when the name or the port is not valid
   */
  public static loadBalancer(options: LoadBalancerTlsOptions): CacheTls {
    return new CacheTls(options, options, undefined);
  }

  /**
   * The proxies end TLS themselves, behind a TCP listener, with a certificate of AWS Secrets Manager. What clients and proxies say
   * to each other is then encrypted all the way. It goes with `Routing.memcachedProxy` alone.
   *
   * A connection may be idle for 6,000 seconds, as without TLS.
   *
   * @throws when the name or the port is not valid
   */
  public static proxy(options: ProxyTlsOptions): CacheTls {
    return new CacheTls(options, undefined, options);
  }

  /** The name that clients connect to. */
  public readonly hostname: string;

  private constructor(
    /** @internal */
    public readonly _options: CacheTlsOptions,
    /** @internal */
    public readonly _loadBalancer: LoadBalancerTlsOptions | undefined,
    /** @internal */
    public readonly _proxy: ProxyTlsOptions | undefined,
  ) {
    this.hostname = knownHostname(_options.hostname);
    whereGiven(_options.port, knownPort);
    whereGiven(_options.plain, (plain) => knownBoolean('plain', plain));
    whereGiven(_options.certificateAuthorities, knownCertificates);
    whereGiven(_options.hostedZone, (zone) => having('hostedZone', zone, 'hostedZoneId', 'a hosted zone'));
    whereGiven(_loadBalancer, knownLoadBalancerOptions);
    whereGiven(_proxy, knownProxyOptions);
  }

  /** Whether a client has to present a certificate. */
  public get mutual(): boolean {
    return (this._loadBalancer?.trustStore ?? this._proxy?.clientCertificateAuthorities) !== undefined;
  }

  /**
   * The port of TLS, in a cluster with that port.
   *
   * @internal
   */
  public _portBeside(clusterPort: number): number {
    return this._options.port ?? clusterPort;
  }

  /**
   * Whether plain memcached is served too, in a cluster with that port.
   *
   * @internal
   */
  public _plainOn(clusterPort: number): boolean {
    const another = this._portBeside(clusterPort) !== clusterPort;
    const plain = this._options.plain ?? another;
    if (this.mutual && another && this._options.plain === undefined) {
      throw inputError({
        got: `${this._proxy ? 'clientCertificateAuthorities' : 'trustStore'} is given with a port beside the cluster's ${clusterPort}, and plain is not`,
        expected: 'plain, true or false',
        advice: 'set plain to false; or to true while clients move, who need no certificate there',
      });
    }
    if (plain && !another) {
      throw inputError({
        got: `plain is true with TLS on the cluster's port ${clusterPort}`,
        expected: 'two ports',
        advice: 'give tls another port, or leave plain out',
      });
    }
    return plain;
  }
}

function knownLoadBalancerOptions(options: LoadBalancerTlsOptions): LoadBalancerTlsOptions {
  const { certificate, sslPolicy, accessLogs, trustStore } = options;
  having('certificate', certificate, 'certificateArn', 'a certificate of AWS Certificate Manager');
  whereGiven(sslPolicy, (policy) => knownMember('sslPolicy', policy, elbv2.SslPolicy));
  whereGiven(accessLogs, knownLogs);
  whereGiven(trustStore, (store) => having('trustStore', store, 'trustStoreArn', 'a trust store'));
  return options;
}

function knownProxyOptions(options: ProxyTlsOptions): ProxyTlsOptions {
  const { certificate, clientCertificateAuthorities, awsCliImage } = options;
  const secret = (name: string, value: secretsmanager.ISecret): secretsmanager.ISecret =>
    having(name, value, 'secretArn', 'a secret of AWS Secrets Manager');
  secret('certificate', certificate);
  whereGiven(clientCertificateAuthorities, (authorities) => secret('clientCertificateAuthorities', authorities));
  whereGiven(awsCliImage, (image) => having('awsCliImage', image, 'bind', 'an ecs.ContainerImage'));
  return options;
}

function knownHostname(hostname: string): string {
  if (
    !Token.isUnresolved(knownText('hostname', hostname)) &&
    !/^(?=.{1,253}$)[a-z\d-]+(\.[a-z\d-]+)+$/i.test(hostname)
  ) {
    throw inputError({
      got: `hostname is '${hostname}'`,
      expected: "a name of a domain, such as 'cache.example.com'",
      advice: 'give the name that the certificate is for',
    });
  }
  return hostname;
}

function knownLogs(logs: CacheAccessLogs): CacheAccessLogs {
  having('accessLogs', logs, 'bucket', 'a bucket, and perhaps a prefix');
  having('bucket', logs.bucket, 'bucketName', 'a bucket');
  whereGiven(logs.prefix, (prefix) => knownText('prefix', prefix));
  return logs;
}

function knownPort(port: number): number {
  return knownInteger('port of tls', port, { min: 1024, max: 65535, advice: "leave it out for the cluster's port" });
}

function knownCertificates(text: string): string {
  if (!/-----BEGIN CERTIFICATE-----/.test(knownText('certificateAuthorities', text))) {
    throw inputError({
      got: 'certificateAuthorities has no certificate',
      expected: 'certificates in PEM',
      advice: 'read them from their file, or leave it out where the authority is a public one',
    });
  }
  return text;
}
