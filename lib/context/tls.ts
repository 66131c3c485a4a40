import { Token } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { inputError } from '../errors';
import { having, knownBoolean, knownInteger, knownMember, knownText, whereGiven } from '../validation';

/** The TLS options that `CacheTls.loadBalancer` and `CacheTls.proxy` share. */
export interface CacheTlsOptions {
  /**
   * The name that clients connect to. The certificate has to be for this name: you cannot get one for the load balancer's own
   * name.
   */
  readonly hostname: string;

  /**
   * The hosted zone in which a record for the name is created, as an alias of the load balancer.
   *
   * @default - you make the record yourself
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * The port for TLS. If it is another port than the cluster's, clients without TLS can still use the cluster's port, so that
   * you can move clients one after another.
   *
   * @default - the cluster's port
   */
  readonly port?: number;

  /**
   * Whether the cluster's port serves clients without TLS.
   *
   * @default - true if `port` is another port than the cluster's, otherwise false; with mutual TLS and another port you have to
   * set it
   */
  readonly plain?: boolean;

  /**
   * The certificates, in PEM, of authorities that the canary trusts, such as those of AWS Private CA. It trusts public
   * authorities anyway.
   *
   * @default - the canary trusts public authorities only
   */
  readonly certificateAuthorities?: string;
}

/** Where the load balancer writes its log of TLS connections. */
export interface CacheAccessLogs {
  /**
   * The bucket, in the region of the cluster. A bucket that is defined in this app gets a policy that lets the load balancer
   * write to it. An imported bucket must already have the policy that AWS requires.
   */
  readonly bucket: s3.IBucket;

  /**
   * The prefix of the names of the objects.
   *
   * @default - no prefix
   */
  readonly prefix?: string;
}

/** Options of `CacheTls.loadBalancer`. */
export interface LoadBalancerTlsOptions extends CacheTlsOptions {
  /** The certificate, in the region of the cluster. AWS Certificate Manager renews the certificates that it has issued. */
  readonly certificate: acm.ICertificate;

  /**
   * The TLS versions and ciphers that the load balancer accepts.
   *
   * @default elbv2.SslPolicy.RECOMMENDED_TLS
   */
  readonly sslPolicy?: elbv2.SslPolicy;

  /**
   * Access logs. Network Load Balancers write them for TLS connections only.
   *
   * @default - none
   */
  readonly accessLogs?: CacheAccessLogs;

  /**
   * The trust store for mutual TLS: each client has to present a certificate from one of its authorities.
   *
   * The probe has no certificate, so its canary then connects without TLS: to the cluster's port with `plain: true`, and
   * otherwise to a listener of its own, which only the probe may connect to.
   *
   * @default - clients present no certificate
   */
  readonly trustStore?: elbv2.ITrustStore;
}

/** Options of `CacheTls.proxy`. */
export interface ProxyTlsOptions extends CacheTlsOptions {
  /**
   * The secret that holds the certificate, the intermediate certificates and the private key, in PEM and one after another.
   * Each proxy reads it once an hour, so a renewed certificate is served without a restart.
   *
   * If the secret is encrypted with a key of your own, import it with its `encryptionKey`: the proxies are then allowed to use
   * the key.
   */
  readonly certificate: secretsmanager.ISecret;

  /**
   * The secret for mutual TLS: it holds, in PEM, the certificates of authorities, and each client has to present a certificate
   * from one of them. Each proxy reads it once an hour. An authority that you remove stays trusted until the proxies are
   * replaced.
   *
   * The probe has no certificate, so its canary then connects, with TLS, to a listener of its own, which only the probe may
   * connect to.
   *
   * @default - clients present no certificate
   */
  readonly clientCertificateAuthorities?: secretsmanager.ISecret;

  /**
   * The image of the container that reads the secrets. It must hold `aws`, `bash`, `cat`, `cp`, `mkdir`, `mkfifo`, `mv` and
   * `sleep`; `sh` with `test` at `/bin/sh`, for the health check; and `awk`, without which its log lines are not JSON, and the
   * alarm `CertificateRefused` does not fire.
   *
   * @default - AWS's own image of the AWS command line, pinned to an exact release, through the pull-through cache if there is
   * one
   */
  readonly awsCliImage?: ecs.ContainerImage;
}

/** How clients connect with TLS. Traffic between proxies and nodes is not encrypted. */
export class CacheTls {
  /**
   * The load balancer terminates TLS, with a certificate of AWS Certificate Manager. This works with every routing that has an
   * endpoint.
   *
   * A connection that is idle for 350 seconds is closed, and AWS does not let you change that. Without TLS the limit is 6,000
   * seconds.
   *
   * @throws when the name or the port is not valid
   */
  public static loadBalancer(options: LoadBalancerTlsOptions): CacheTls {
    return new CacheTls(options, options, undefined);
  }

  /**
   * The proxies terminate TLS themselves, behind a TCP listener, with a certificate from AWS Secrets Manager. Traffic between
   * clients and proxies is then encrypted all the way. This works with `Routing.memcachedProxy` only.
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
