import type { Row } from '@lunkit/statistics'
import type { TargetStatistics } from '../statistics.ts'
import { formatAddress, nearness, type PortalAddress } from './portal-address.ts'

/** An open portal, as one of those who opened it. */
interface OpenPortal {
  readonly address: PortalAddress
  readonly row: Row
}

/** The rows that portals are counted in: there from when they are opened until they and their connections are closed. */
export class PortalRows {
  readonly #statistics: TargetStatistics
  /** By what was asked for. */
  readonly #open = new Map<string, OpenPortal>()

  constructor(statistics: TargetStatistics) {
    this.#statistics = statistics
  }

  /** A portal listens at this address, or at another one than before. */
  opened(asked: string, address: PortalAddress): void {
    const before = this.#open.get(asked)
    this.#open.set(asked, { address, row: this.#row(address) })
    before?.row.release()
  }

  /** It does not listen any more. */
  closed(asked: string): void {
    this.#open.get(asked)?.row.release()
    this.#open.delete(asked)
  }

  /** Where a connection is counted that came to this address: at the portal that names it most closely. It gives the row back. */
  at(local: PortalAddress): Row {
    let nearest = local
    let best = 0
    for (const { address } of this.#open.values()) {
      const near = nearness(address, local)
      if (near > best) {
        best = near
        nearest = address
      }
    }
    return this.#row(nearest)
  }

  #row(address: PortalAddress): Row {
    return this.#statistics.portalRow(formatAddress(address))
  }
}
