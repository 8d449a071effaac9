/** A connection that has not logged in, as whoever limits them sees it. */
export interface LoginPlace {
  readonly source: string
  /** It has got a step further, as far as anybody can who knows no secret. */
  stepped(): void
  /** It has proved who it is, or nothing more is asked of it: nobody gets its place. */
  keep(): void
  /** It has logged in, waits for a refusal, or is gone. */
  leave(): void
}
