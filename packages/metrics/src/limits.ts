/** What is bounded, unless it is said otherwise. */
export const metricsLimits = {
  /** How many initiators are told by name, the others together. */
  initiators: 256,
  /** How many clients may be connected; who has waited longest for nothing makes room for who comes. */
  connections: 64,
  /** How many requests may be answered at a time. */
  answers: 16,
  /** Milliseconds within which a client that comes has said what it wants. */
  requestMs: 5000,
  /** Milliseconds within which an answer is made and has been taken. */
  answerMs: 20_000,
  /** Milliseconds for which a client that was answered may stay without asking more. */
  idleMs: 65_000,
} as const

/** Each of the limits. */
export type MetricsLimits = { readonly [L in keyof typeof metricsLimits]: number }
