import { byteArray, checkArgument } from '@lunkit/wire'
import type { FieldPointer } from './field-pointer.ts'
import type { SenseCode } from './sense-code.ts'

/** A parameter list (data-out) that the standard has no place for; it says how the command is answered. */
export class ParameterListError extends Error {
  override readonly name = 'ParameterListError'
  readonly code: SenseCode
  readonly pointer: FieldPointer | undefined

  constructor(message: string, code: SenseCode, pointer?: FieldPointer) {
    super(message)
    this.code = code
    this.pointer = pointer
  }
}

/** Parameter data (data-in) that the standard has no place for. */
export class ParameterDataError extends Error {
  override readonly name = 'ParameterDataError'
}

const BYTES = byteArray()

/** Refuses what is no Uint8Array, and parameter data that is shorter than its fixed part. */
export function needBytes(what: string, bytes: Uint8Array, neededBytes: number): void {
  checkArgument(what, bytes, BYTES)
  if (bytes.length < neededBytes)
    throw new ParameterDataError(`${what} came with ${bytes.length} bytes; it has at least ${neededBytes}`)
}
