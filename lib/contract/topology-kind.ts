/** How the keys are laid out over the nodes: the value of `CacheTag.TOPOLOGY`. */
export enum CacheTopologyKind {
  /** Every zone holds a full copy. */
  REPLICATED = 'replicated',

  /** Every key has one node. */
  SHARDED = 'sharded',
}
