import type { MetricsSource } from '../server/metrics-source.ts'
import type { ToldMetrics } from '../told-metrics.ts'
import { COUNTERS, INVENTORY } from './told.ts'

/** A source that tells what it is set to tell, and counts how often it was asked. */
export class FakeSource implements MetricsSource {
  asked = 0
  isUp = true
  told: () => Promise<ToldMetrics | undefined> = async () => ({ counters: COUNTERS, inventory: INVENTORY })

  read(): Promise<ToldMetrics | undefined> {
    this.asked++
    return this.told()
  }

  async isReady(): Promise<boolean> {
    this.asked++
    return this.isUp
  }

  async isHealthy(): Promise<boolean> {
    this.asked++
    return this.isUp
  }
}
