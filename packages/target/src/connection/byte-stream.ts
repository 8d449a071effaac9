import type { PortalAddress } from '../server/portal-address.ts'

/** The transport of one connection: a socket, or what a test puts in its place. */
export interface ByteStream {
  readonly remote: PortalAddress
  /** The address that the initiator connected to. */
  readonly local: PortalAddress
  /** Sends buffers with one system call; `taken` is called once, when the transport needs them no more. */
  write(buffers: readonly Buffer[], taken: () => void): void
  /** Nothing is received from now on, not even what was about to be. */
  pause(): void
  resume(): void
  /** What comes from now on goes to memory of the transport's own, not to where `place` said. */
  forgetPlace(): void
  /** Closes the sending side after what was written. */
  end(): void
  /** Closes both sides now. */
  destroy(): void
}

/** Whom a transport reports to. */
export interface StreamListener {
  /**
   * Bytes came in, the first `lengthBytes` of `memory`, which is used again when this returns. With `more` the transport
   * reads on at once, and output can wait for what comes of that, till the end of the turn.
   */
  receive(memory: Uint8Array, lengthBytes: number, more: boolean): void
  /**
   * Where the next bytes belong, if it is worth reading them there. The transport may write to it until it asks again or
   * has to forget it.
   */
  place(): Uint8Array | undefined
  /** Bytes came in where `place` said last; `more` as above. */
  landed(lengthBytes: number, more: boolean): void
  /** The transport is gone, for whatever reason. Called once. */
  closed(): void
}
