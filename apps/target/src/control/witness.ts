import type { DiskEvent, LaneEvent, TargetEvent } from 'lunkit'
import { EventHub } from './event-hub.ts'
import { KeptClosed } from './kept-closed.ts'
import { PortalBook } from './portal-book.ts'
import { RefusalBook } from './refusal-book.ts'
import { SessionBook } from './session-book.ts'
import { StuckBook } from './stuck-book.ts'

/** Hears from the start on what the control API is asked for later. */
export class Witness {
  readonly since: Date = new Date()
  readonly sessions = new SessionBook()
  readonly refusals = new RefusalBook()
  readonly portals = new PortalBook()
  /** What an administrator keeps closed after a drain. */
  readonly closed = new KeptClosed()
  readonly events = new EventHub()
  readonly stuck = new StuckBook()

  /** What a target server tells. */
  heardTarget(event: TargetEvent): void {
    this.sessions.heard(event)
    this.refusals.heard(event)
    this.portals.heard(event)
    this.events.heardTarget(event)
  }

  /** What lanes tell. */
  heardLane(event: LaneEvent): void {
    this.stuck.heard(event)
  }

  /** What a disk tells. */
  heardDisk(disk: string, event: DiskEvent): void {
    this.events.heardDisk(disk, event)
  }
}
