import type { TcpAddress } from './tcp.ts'

/** A login that a target has sent elsewhere, RFC 7143 11.13.5. */
export interface RedirectionNotice {
  readonly from: TcpAddress
  /** Where it goes next; of several addresses, the first that answers. */
  readonly to: readonly TcpAddress[]
  /** Whether the target has moved there for good. */
  readonly permanent: boolean
}
