/**
 * How long the stand-ins take where AWS takes its own time. AWS's figures (half a minute and more to provision a task,
 * one or two to start an instance) are not rehearsed: while they last nothing new happens, and a rehearsal should be
 * short.
 */
export const delays = {
  /** From the end of a task until its replacement starts. */
  taskReplacementMs: 3_000,
  /** From the end of a sidecar's process until its container runs again in its task: AWS does not say. */
  containerRestartMs: 2_000,
  /** From the loss of an instance until its replacement boots. */
  instanceReplacementMs: 5_000,
  /** From the boot of a replacement until the lost instance lets go of the interface. */
  interfaceReleaseMs: 3_000,
  /** From the withdrawal of a task that an update replaces until it is stopped, where no load balancer leads to it. */
  drainMs: 3_000,
  /** How long what lost power stays dark: two health checks of the load balancer must have failed. */
  outageMs: 14_000,
  /** For how long an answer about the load balancer's name may be kept: AWS's 60 seconds, because clients wait for them. */
  dnsMs: 60_000,
} as const;

/**
 * So many times faster than on AWS what is well leaves the load balancer: its two minutes, and the delay of the template.
 * Their ratio is real, and clients come and go many times in either.
 */
export const leavingPace = 20;

/** Bounds after which the rehearsal gives up. */
export const bounds = {
  /** Of an instance's user data. */
  bootMs: 90_000,
  /** Of everything being in service, at the start and after each fault. */
  healthyMs: 120_000,
  /** Of a cell of the matrix, from its first key to its last: the longest takes a minute. */
  cellMs: 300_000,
} as const;
