import { backend, rowsOf, runtimeApi } from './haproxy';

/** What clients have sent to a target through a node of the load balancer. */
export interface Flow {
  /** Of the target. */
  readonly address: string;
  readonly bytes: number;
}

/** Of one node, to each of its targets since it runs. */
export async function flowsOf(node: string): Promise<Flow[]> {
  return flowsIn(await runtimeApi(node, ['show stat']));
}

/** In what HAProxy says of its servers. */
export const flowsIn = (statistics: string): Flow[] =>
  rowsOf(statistics, backend).map((row) => ({
    address: row('addr').replace(/:\d+$/, ''),
    bytes: Number(row('bin')),
  }));
