import type { ToldMetrics } from '../told-metrics.ts'

/** Where metrics come from: a lunkitd that is asked, or the one that serves them itself. */
export interface MetricsSource {
  /** What is told now; undefined where nobody answers, which is told elsewhere. */
  read(): Promise<ToldMetrics | undefined>
  /** Whether it serves initiators: what `/-/ready` says. */
  isReady(): Promise<boolean>
  /** Whether it is as it should be, whoever it serves: what `/-/healthy` says. */
  isHealthy(): Promise<boolean>
}
