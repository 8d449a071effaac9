/** Seconds: the bounds of classic histograms of Prometheus that people read, from 10 µs to 10 s. */
export const BOUNDS = [
  1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const

/** Those of the same that exporters tell: each is a series of each LUN and each kind of command. */
export const EXPORTED_BOUNDS = [2.5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.05, 0.25, 1, 10] as const
