import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { EACH_MINUTE } from '../../metrics/factory';
import { nameGivenByAws } from '../../metrics/home';

const GRID_COLUMNS = 24;
const GRAPHS_IN_A_ROW = 3;
const GRAPH_HEIGHT = 6;
const TEXT_HEIGHT = 2;

/** The most that an alarm widget takes. */
const ALARMS_IN_A_WIDGET = 100;
const ALARMS_IN_A_LINE = 6;

/** A graph, unless the cluster lacks what it shows. */
export type Graph = cloudwatch.GraphWidgetProps | false | undefined;

/** A heading and its graphs; nothing where there is no graph. */
export function section(markdown: string, ...wanted: Graph[]): cloudwatch.IWidget[][] {
  const rows = graphs(...wanted);
  return rows.length > 0 ? [[text(markdown)], ...rows] : [];
}

/** As few rows as possible, each filled from edge to edge. */
export function graphs(...wanted: Graph[]): cloudwatch.IWidget[][] {
  const left = wanted.filter((graph) => graph !== false && graph !== undefined);
  const rows: cloudwatch.IWidget[][] = [];
  for (let due = Math.ceil(left.length / GRAPHS_IN_A_ROW); due > 0; due--) {
    const row = left.splice(0, Math.ceil(left.length / due));
    const size = { width: GRID_COLUMNS / row.length, height: GRAPH_HEIGHT };
    rows.push(row.map((graph) => new cloudwatch.GraphWidget({ ...graph, ...size, period: EACH_MINUTE.period })));
  }
  return rows;
}

/** Text from edge to edge. */
export function text(markdown: string): cloudwatch.IWidget {
  return new cloudwatch.TextWidget({
    markdown,
    width: GRID_COLUMNS,
    height: TEXT_HEIGHT,
    background: cloudwatch.TextWidgetBackground.TRANSPARENT,
  });
}

/** The alarms with their states, those in alarm first. */
export function alarmStatus(all: readonly cloudwatch.IAlarm[]): cloudwatch.IWidget {
  const alarms = all.slice(0, ALARMS_IN_A_WIDGET);
  return new AlarmStatus({
    title: 'Alarms',
    alarms,
    width: GRID_COLUMNS,
    height: 1 + Math.ceil(alarms.length / ALARMS_IN_A_LINE),
    sortBy: cloudwatch.AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
  });
}

/** Says what to do where it is drawn in an account or region that cannot show these alarms. */
class AlarmStatus extends cloudwatch.AlarmStatusWidget {
  constructor(private readonly options: cloudwatch.AlarmStatusWidgetProps) {
    super(options);
  }

  public override toJson(): unknown[] {
    const [{ properties, ...widget }] = super.toJson() as { properties: { alarms: string[] } }[];
    const alarms = properties.alarms.map((arn, i) => nameGivenByAws(this.options.alarms[i] as cloudwatch.IAlarm, arn));
    return [{ ...widget, properties: { ...properties, alarms } }];
  }
}
