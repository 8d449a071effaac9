/** What the lanes report by themselves. */
export type LaneEvent =
  /** A lane's thread has ended; it is started again by itself. */
  | { readonly kind: 'died'; readonly lane: number; readonly cause: Error | undefined }
  /** The system does not let a lane's thread run on its processor, and says why (`EINVAL`: there is none, or it is not this process's); it runs on any. */
  | { readonly kind: 'unplaced'; readonly lane: number; readonly cpu: number; readonly code: string }
  /** A lane serves. */
  | { readonly kind: 'serves'; readonly lane: number }
  /** An operation of a store (`fileio/disk0`) does not return: in a lane, or without one. What else the store is asked for waits for it; others do not. */
  | { readonly kind: 'stuck'; readonly lane: number | undefined; readonly store: string }
  /** System calls cannot be made, for this cause; what that means, in words. Told once. */
  | { readonly kind: 'withoutLibc'; readonly cause: Error; readonly meaning: string }
  /** How disks are read and written past the page cache: by an io_uring, or by calls that wait in lanes. Told once, when the first lane serves. */
  | { readonly kind: 'direct'; readonly engine: DirectEngine }
  /** It has returned, or its thread has ended for this cause. */
  | {
      readonly kind: 'returned'
      readonly lane: number | undefined
      readonly store: string
      readonly cause: Error | undefined
    }

/** How disks are read and written past the page cache. */
type DirectEngine = 'io_uring' | 'blocking calls'

/** What it means that system calls cannot be made. */
export const WITHOUT_LIBC =
  'files are read and written by worker threads only, which is slower; UNMAP gives no space back; other processes are not \
kept out of the files; memory is given back less; lanes run on whatever processors the system gives them. Data is as safe as before'
