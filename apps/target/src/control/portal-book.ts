import { formatPortal, type PortalAddress } from '@lunkit/config'
import type { TargetEvent } from 'lunkit'
import { explainListenError } from '../serving/portal-failure.ts'

/** Why portals do not listen, as the system said it last. */
export class PortalBook {
  readonly #reasons = new Map<string, string>()

  /** What a target server tells. */
  heard(event: TargetEvent): void {
    if (event.kind === 'portalFailed')
      this.#reasons.set(formatPortal(event.portal), explainListenError(event.portal, event.error))
    else if (event.kind === 'portalOpened') this.#reasons.delete(formatPortal(event.portal))
  }

  /** In words; undefined where nothing was said. */
  reasonOf(portal: PortalAddress): string | undefined {
    return this.#reasons.get(formatPortal(portal))
  }
}
