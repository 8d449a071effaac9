/** What is bounded, unless it is said otherwise. */
export const metricsLimits = {
  /** How many initiators are told by name, the others together. */
  initiators: 256,
  /** How many clients may be connected. */
  connections: 64,
  /** Milliseconds within which a client has said what it wants. */
  requestMs: 5000,
} as const
