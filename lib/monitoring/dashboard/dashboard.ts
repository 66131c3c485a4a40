import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IConstruct } from 'constructs';
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
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(3),
      // A longer period would change what sums stand for, and hide what lasts a minute.
      periodOverride: cloudwatch.PeriodOverride.INHERIT,
      widgets: dashboardWidgets(props.cluster, this),
    });
  }
}
