import type { MessagePort } from 'node:worker_threads'
import type { Libc } from '../native/libc.ts'
import { libc } from '../native/libc-access.ts'
import { NativeCalls, PlainCalls } from './lane-calls.ts'
import { LaneOperation } from './lane-job.ts'
import { LaneService } from './lane-service.ts'
import { RingMemory } from './ring-memory.ts'
import { RingServer } from './ring-server.ts'

/** What one lane's thread is given: the one long task of its life. */
export interface LaneTask {
  /** The number of the lane. */
  readonly index: number
  readonly ring: SharedArrayBuffer
  readonly capacity: number
  /** The memory that entries' `memoryOffset` counts in. */
  readonly memory: SharedArrayBuffer
  readonly doorbell: MessagePort
  /** Whether system calls may be made through koffi; plain node:fs otherwise. */
  readonly native: boolean
  /** Where it may map regions of files, if anywhere. */
  readonly mappingAddress: number | undefined
  /** Microseconds for which it looks for more work before it sleeps: one number in shared memory, which may change. */
  readonly pollUs: Int32Array
  /** The processor that it runs on; undefined: any. */
  readonly cpu: number | undefined
}

/** What a doorbell says; a negative number is an error's, by which the system refuses the thread its processor. */
export const Doorbell = { ready: 0, completed: 1 } as const
export type Doorbell = (typeof Doorbell)[keyof typeof Doorbell]

/**
 * A lane's life: serves its ring until it is told to stop. It opens and closes no file, and learns nothing but numbers.
 * Synchronous from start to end: the thread sleeps in Atomics.wait, where promises and timers do not run.
 */
export function serve(task: LaneTask): void {
  const { ring, capacity, memory, doorbell, native, mappingAddress, pollUs } = task
  const library = native ? libc() : undefined
  if (library) settle(library, task)
  const calls = library ? new NativeCalls(library, memory, mappingAddress) : new PlainCalls(memory)
  const server = new RingServer(new RingMemory(ring, capacity))
  const service = new LaneService(server, calls)
  // From here on koffi is loaded, and the thread may be terminated at any moment.
  doorbell.postMessage(Doorbell.ready)
  for (;;) {
    while (!server.next() && !server.poll(pollUs[0] as number)) server.sleep()
    if (server.retired) return
    const stop = server.operation === LaneOperation.stop
    if (service.serve()) doorbell.postMessage(Doorbell.completed)
    if (stop) return
  }
}

/** Names the thread, and has it run where it is to. Without its processor it serves all the same. */
function settle(library: Libc, { index, cpu, doorbell }: LaneTask): void {
  library.nameThread(`lane ${index}`)
  const result = cpu === undefined ? 0 : library.runOn(cpu)
  if (result < 0) doorbell.postMessage(result)
}
