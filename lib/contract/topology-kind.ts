/** How the keys are laid out over the nodes. */
export enum TopologyKind {
  /** Every zone holds a full copy. */
  REPLICATED = 'replicated',

  /** Every key lives on one node. */
  SHARDED = 'sharded',
}
