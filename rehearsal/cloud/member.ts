import type { Impairment } from './impairment';

/** A part of the cluster that AWS keeps alive: an Auto Scaling group or an ECS service. */
export interface Member {
  /** Brings it up for the first time. */
  start(): Promise<void>;

  /** What it waits for; nothing when all of it is in service. */
  missing(): string | undefined;

  /** Ends a memcached at once and waits until it is gone; says which. */
  killProcess(address?: string): Promise<string>;

  /** Makes its host suffer until it is repaired; of several the one with this address. */
  impair(how: Impairment, address?: string): Promise<void>;

  repair(): Promise<void>;

  /** Everything it has in the zone loses power and stays dark until the zone is restored. */
  loseZone(zone: string): Promise<void>;

  restoreZone(zone: string): void;

  stop(): Promise<void>;
}
