import { serialAdd, serialBefore, serialWithin } from '@lunkit/wire'

/** A numbered request that came before one with a lower number. */
export interface HeldRequest {
  /** Its turn has come. */
  deliver(): void
  /** Its session has ended. */
  discard(): void
}

/** What is to be done with a numbered request, RFC 7143 4.2.2.1. */
export const Verdict = {
  deliver: 'deliver',
  /** One with a lower number is still missing. */
  hold: 'hold',
  /** Outside the window, or twice in it. */
  ignore: 'ignore',
} as const
export type Verdict = (typeof Verdict)[keyof typeof Verdict]

/** How a window is made. */
export interface CommandWindowOptions {
  /** CmdSN of the leading Login Request: the first command's number (RFC 7143 11.12.8). */
  readonly cmdSN: number
  /** The window of the connection whose place this one takes in its session: it does not begin anew. */
  readonly before?: CommandWindow | undefined
  /** Commands that may be in progress at a time. */
  readonly depth: number
  /** Whether memory is short, so that no more commands should come. */
  readonly pressed: () => boolean
  /** Milliseconds, as coarse as they are. */
  readonly clock: { readonly now: number }
  /** Called when commands may come again, with how many seconds none could. */
  readonly reopened: (seconds: number) => void
}

/** Stands for a command that will never come, because its abort came first (RFC 7143 11.6.1 b). */
const plug: HeldRequest = { deliver: () => {}, discard: () => {} }

/** ExpCmdSN and MaxCmdSN of a session, and the requests that wait for their turn. */
export class CommandWindow {
  readonly #depth: number
  readonly #pressed: () => boolean
  readonly #clock: { readonly now: number }
  readonly #reopened: (seconds: number) => void
  readonly #held = new Map<number, HeldRequest>()
  #expCmdSN: number
  #maxCmdSN: number
  #inProgress = 0
  #shut = false
  #heldBack = false
  /** Since when no command may come, by the clock; NaN while one may. */
  #closedSinceMs = Number.NaN

  constructor({ cmdSN, depth, pressed, before, clock, reopened }: CommandWindowOptions) {
    this.#depth = depth
    this.#pressed = pressed
    this.#clock = clock
    this.#reopened = reopened
    this.#expCmdSN = before?.expCmdSN ?? cmdSN
    this.#maxCmdSN = serialAdd(this.#expCmdSN, depth - 1)
    // RFC 7143 4.2.2.1: it never moves back.
    if (before && serialBefore(this.#maxCmdSN, before.maxCmdSN)) this.#maxCmdSN = before.maxCmdSN
  }

  get expCmdSN(): number {
    return this.#expCmdSN
  }

  get maxCmdSN(): number {
    return this.#maxCmdSN
  }

  /** Numbered commands in progress. */
  get inProgress(): number {
    return this.#inProgress
  }

  /** Numbered commands that may still come, by MaxCmdSN. */
  get invited(): number {
    return (this.#maxCmdSN - this.#expCmdSN + 1) >>> 0
  }

  /** Whether the window would be wider if memory were not short. */
  get heldBack(): boolean {
    return this.#heldBack
  }

  /** What is to be done with a request of this number that is not marked for immediate delivery. */
  judge(cmdSN: number): Verdict {
    if (cmdSN === this.#expCmdSN && this.#maxCmdSN !== serialAdd(cmdSN, -1)) return Verdict.deliver
    if (!serialWithin(cmdSN, this.#expCmdSN, this.#maxCmdSN) || this.#held.has(cmdSN)) return Verdict.ignore
    return Verdict.hold
  }

  /** The request with the expected number is delivered. */
  advance(): void {
    // The last one that may come: none may, from now on.
    if (this.#expCmdSN === this.#maxCmdSN) this.#closedSinceMs = this.#clock.now
    this.#expCmdSN = serialAdd(this.#expCmdSN, 1)
  }

  /** The request that was delivered last is rejected: its number is still missing, RFC 7143 7.3. */
  takeBack(): void {
    this.#expCmdSN = serialAdd(this.#expCmdSN, -1)
    this.#tellReopened()
  }

  /** A request waits for those before it. */
  hold(cmdSN: number, request: HeldRequest): void {
    this.#held.set(cmdSN, request)
  }

  /** Takes the request away that waits with this number. */
  release(cmdSN: number): boolean {
    return this.#held.delete(cmdSN)
  }

  /** Counts a command that will never come as received, RFC 7143 11.6.1 b. */
  plug(cmdSN: number): void {
    if (!this.#held.has(cmdSN)) this.#held.set(cmdSN, plug)
  }

  /** Delivers the requests whose turn has come. */
  deliverHeld(): void {
    for (let next = this.#held.get(this.#expCmdSN); next; next = this.#held.get(this.#expCmdSN)) {
      this.#held.delete(this.#expCmdSN)
      this.advance()
      next.deliver()
    }
    this.open()
  }

  /** How many requests wait for their turn. */
  get held(): number {
    return this.#held.size
  }

  /** A numbered command is in progress from now on. */
  started(): void {
    this.#inProgress++
  }

  /** A numbered command has ended; the next PDU to the initiator tells it that it may send one more. */
  finished(): void {
    this.#inProgress--
    this.open()
  }

  /** Moves MaxCmdSN to where the load allows it. It never moves back. */
  open(): void {
    if (this.#shut) return
    const wanted = serialAdd(this.#expCmdSN, this.#depth - this.#inProgress - 1)
    if (!serialBefore(this.#maxCmdSN, wanted)) return
    this.#heldBack = this.#pressed()
    if (this.#heldBack) return
    this.#maxCmdSN = wanted
    this.#tellReopened()
  }

  #tellReopened(): void {
    if (Number.isNaN(this.#closedSinceMs)) return
    this.#reopened((this.#clock.now - this.#closedSinceMs) / 1000)
    this.#closedSinceMs = Number.NaN
  }

  /** No command is invited any more. */
  shut(): void {
    this.#tellReopened()
    this.#shut = true
    this.#heldBack = false
  }

  /** The session has ended: drops what waits. */
  clear(): void {
    const waiting = [...this.#held.values()]
    this.#held.clear()
    for (const request of waiting) request.discard()
  }
}
