/** Who uses lanes: a store. */
export interface LaneClient {
  readonly plugin: string
  readonly name: string
  /** True: what it has done must not wait for its store, in whatever lane the store is placed. */
  readonly apart?: boolean
  /** A lane that it needs has died. Its jobs there end as lost after this call. */
  laneDown(): void
  /** That lane serves again. Called once for each `laneDown`. */
  laneUp(): void
}
