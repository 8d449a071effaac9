import { Sqe, type UringRings } from '../native/uring-rings.ts'

/** What was added to a ring. */
export interface AddedCall {
  readonly operation: number
  readonly fd: number
  readonly offset: number
  readonly userData: number
}

const SQE_WORDS = 16

/** The rings of an io_uring whose kernel does what a test says, when it is waited for. */
export class ScriptedRings implements Pick<UringRings, 'sqes' | 'add' | 'submit' | 'reap' | 'userData' | 'result'> {
  readonly sqes = new Int32Array(64 * SQE_WORDS)
  userData = 0
  result = 0
  /** What is under way, in the order in which it was taken. */
  readonly taken: AddedCall[] = []
  /** Says how those end that end at the next wait: their number in `taken`, and the result. */
  ends: () => readonly (readonly [at: number, result: number])[] = () => this.taken.map((_, at) => [at, 512])
  /** What a wait returns instead of the number of submissions. */
  error = 0
  readonly #ended: { readonly userData: number; readonly result: number }[] = []
  readonly #added: { readonly at: number; readonly fd: number; readonly offset: number }[] = []
  #next = 0

  add(fd: number, offset: number): number {
    const at = (this.#next++ % 64) * SQE_WORDS
    this.#added.push({ at, fd, offset })
    return at
  }

  submit(): number {
    if (this.error !== 0) return this.error
    const count = this.#added.length
    for (const { at, fd, offset } of this.#added.splice(0)) {
      const [operation = 0, userData = 0] = [this.sqes[at + Sqe.operation], this.sqes[at + Sqe.userData]]
      this.taken.push({ operation, fd, offset, userData })
    }
    const ends = this.ends()
    for (const [at, result] of ends) this.#ended.push({ userData: (this.taken[at] as AddedCall).userData, result })
    const gone = new Set(ends.map(([at]) => at))
    const left = this.taken.filter((_, at) => !gone.has(at))
    this.taken.splice(0, this.taken.length, ...left)
    return count
  }

  reap(): boolean {
    const ended = this.#ended.shift()
    if (!ended) return false
    this.userData = ended.userData
    this.result = ended.result
    return true
  }
}
