// The public suffix list as tldts has it inside: its own entry answers for one name, and does not say what lies below it.
declare module 'tldts/dist/cjs/src/data/trie.js' {
  /** Of each node, its first edge; its last is the one before that of the next node. */
  export const edgeStart: Uint16Array;
  /** Of each edge, the length of its label. */
  export const edgeLength: Uint8Array;
  /** Of each edge, the node that it leads to. */
  export const edgeChild: Uint16Array;
  /** All labels, in the order of the edges. */
  export const labelText: string;
  /** The node above all top-level names. */
  export const rulesRoot: number;
}
