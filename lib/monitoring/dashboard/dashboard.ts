import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IConstruct } from 'constructs';
import { inputError } from '../../errors';
import { knownText } from '../../validation';
import type { IMemcachedCluster } from '../../interfaces/memcached-cluster';
import { dashboardWidgets } from './widgets';

/** Properties of `CacheDashboard`. */
export interface CacheDashboardProps {
  /** The cluster that it shows, made here or elsewhere. */
  readonly cluster: IMemcachedCluster;

  /**
   * The dashboard's name: letters, digits, `-` and `_`.
   *
   * @default - one that CloudFormation makes
   */
  readonly dashboardName?: string;
}

/**
 * A dashboard for the person on call: health at the top, then traffic, hit ratio, memory and network, by zone.
 *
 * For the same widgets in a dashboard of your own, add the rows of `CacheDashboard.widgets(cluster)`.
 */
export class CacheDashboard extends Construct {
  /**
   * The widgets of a cluster's dashboard, row by row: of what the cluster has.
   *
   * @param cluster the cluster, made here or elsewhere
   * @param scope where the dashboard is. In another account or region than that of a cluster made in this app it shows the
   * metrics of the probe, and not what bears a name that AWS gives at deployment: the alarms, the load balancer and the
   * service of the proxies. The cluster's own stack when not given
   * @throws when the cluster is an implementation of your own
   */
  public static widgets(cluster: IMemcachedCluster, scope?: IConstruct): cloudwatch.IWidget[][] {
    return dashboardWidgets(cluster, scope ?? cluster);
  }

  /** The dashboard, for widgets of your own below these. */
  public readonly dashboard: cloudwatch.Dashboard;

  constructor(scope: Construct, id: string, props: CacheDashboardProps) {
    super(scope, id);
    if (props.dashboardName !== undefined) checkName(props.dashboardName);
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(3),
      // A longer period would change what sums stand for, and hide what lasts a minute.
      periodOverride: cloudwatch.PeriodOverride.INHERIT,
      widgets: dashboardWidgets(props.cluster, this),
    });
  }
}

function checkName(name: string): void {
  if (Token.isUnresolved(knownText('dashboardName', name)) || /^[\w-]{1,255}$/.test(name)) return;
  throw inputError({
    got: `dashboardName is '${name}'`,
    expected: 'up to 255 letters, digits, - and _',
    advice: 'choose another, or leave it out',
  });
}
