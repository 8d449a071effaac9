import type { LaneCalls } from '../lanes/lane-calls.ts'
import type { Seek } from '../native/libc.ts'
import { SystemCall } from '../native/system-call.ts'

type Call = Exclude<keyof LaneCalls, 'called'>

const systemCalls = {
  read: SystemCall.pread,
  write: SystemCall.pwrite,
  writeThrough: SystemCall.pwritev2,
  sync: SystemCall.fdatasync,
  sizeBytes: SystemCall.lseek,
  zero: SystemCall.fallocate,
  discard: SystemCall.fallocate,
  seek: SystemCall.lseek,
  splitFolios: SystemCall.none,
  control: SystemCall.ioctl,
} as const satisfies Record<Call, SystemCall>

/** System calls for tests: each returns what the script says next for it, or that all went well. */
export class ScriptedCalls implements LaneCalls {
  called: SystemCall = SystemCall.none
  /** The calls made, with their numbers. */
  readonly made: [call: Call, ...numbers: number[]][] = []
  readonly #script = new Map<Call, number[]>()

  /** What the next calls of a kind return. */
  next(call: Call, ...results: number[]): void {
    this.#script.set(call, [...(this.#script.get(call) ?? []), ...results])
  }

  read(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    return this.#answer('read', [fd, memoryOffset, lengthBytes, offset], lengthBytes)
  }

  write(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    return this.#answer('write', [fd, memoryOffset, lengthBytes, offset], lengthBytes)
  }

  writeThrough(fd: number, memoryOffset: number, lengthBytes: number, offset: number): number {
    return this.#answer('writeThrough', [fd, memoryOffset, lengthBytes, offset], lengthBytes)
  }

  sync(fd: number): number {
    return this.#answer('sync', [fd], 0)
  }

  /** Not noted, and enough for every range unless the script says otherwise. */
  sizeBytes(): number {
    this.called = systemCalls.sizeBytes
    return this.#script.get('sizeBytes')?.shift() ?? Number.MAX_SAFE_INTEGER
  }

  zero(fd: number, offset: number, lengthBytes: number): number {
    return this.#answer('zero', [fd, offset, lengthBytes], lengthBytes)
  }

  discard(fd: number, offset: number, lengthBytes: number): number {
    return this.#answer('discard', [fd, offset, lengthBytes], lengthBytes)
  }

  seek(fd: number, offset: number, what: Seek): number {
    return this.#answer('seek', [fd, offset, what], offset)
  }

  splitFolios(fd: number, offset: number): void {
    this.#answer('splitFolios', [fd, offset], 0)
  }

  /** What a driver does of a request, beside what the script says that the call returns. */
  driver: (request: number, address: number) => void = () => {}

  control(fd: number, request: number, address: number): number {
    this.driver(request, address)
    return this.#answer('control', [fd, request], 0)
  }

  #answer(call: Call, numbers: number[], well: number): number {
    this.called = systemCalls[call]
    this.made.push([call, ...numbers])
    return this.#script.get(call)?.shift() ?? well
  }
}
