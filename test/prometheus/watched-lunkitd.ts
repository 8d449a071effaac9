import { Daemon, type DaemonOptions } from '../harness/daemon.ts'
import { Exporter } from '../harness/exporter.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import type { Scratch } from '../harness/scratch.ts'
import { Prometheus } from './prometheus.ts'
import { type Pace, placeShipped } from './shipped-files.ts'

/** A lunkitd, a lunkit-exporter beside it, and a Prometheus that watches both with the configuration that is shipped. */
export class WatchedLunkitd {
  daemon: Daemon
  readonly exporter: Exporter
  readonly prometheus: Prometheus

  private constructor(daemon: Daemon, exporter: Exporter, prometheus: Prometheus) {
    this.daemon = daemon
    this.exporter = exporter
    this.prometheus = prometheus
  }

  /** Starts all three. */
  static async start(served: ServedConfig, options: { scratch: Scratch; pace: Pace; daemon?: DaemonOptions }) {
    const { scratch, pace } = options
    const daemon = await Daemon.start(served, scratch.directory, options.daemon)
    const exporter = await Exporter.start(scratch.path('control.sock'))
    // The first scrape loads what the others find loaded.
    await exporter.metrics()
    const configuration = await placeShipped(scratch.directory, { exporter: exporter.url, pace })
    return new WatchedLunkitd(daemon, exporter, await Prometheus.start(configuration, scratch.directory))
  }

  /** Ends Prometheus, and the exporter unless a test has. */
  async endWatching(): Promise<void> {
    await this.prometheus[Symbol.asyncDispose]()
    await this.exporter[Symbol.asyncDispose]()
  }
}
