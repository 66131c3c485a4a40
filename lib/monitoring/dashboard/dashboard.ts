import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IConstruct } from 'constructs';
import { inputError } from '../../errors';
import { knownText } from '../../validation';
import type { IMemcachedCluster } from '../../interfaces/memcached-cluster';
import { dashboardWidgets } from './widgets';

/** Properties of `CacheDashboard`. */
export interface CacheDashboardProps {
  /** The cluster to show, defined in this app or imported. */
  readonly cluster: IMemcachedCluster;

  /**
   * The dashboard's name: letters, digits, `-` and `_`.
   *
   * @default - a name that CloudFormation generates
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
   * Returns the widgets of a cluster's dashboard, row by row. They show only the parts that the cluster has.
   *
   * @param cluster the cluster, defined in this app or imported
   * @param scope where the dashboard is, by default in the cluster's own stack. In another account or region than that of a
   * cluster defined in this app, the dashboard shows the metrics of the probe, but not the parts that AWS names only at
   * deployment: the alarms, the load balancer and the service of the proxies
   * @throws when the cluster is your own implementation of `IMemcachedCluster`
   */
  public static widgets(cluster: IMemcachedCluster, scope?: IConstruct): cloudwatch.IWidget[][] {
    return dashboardWidgets(cluster, scope ?? cluster);
  }

  /** The dashboard, to which you can add widgets of your own below these. */
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
