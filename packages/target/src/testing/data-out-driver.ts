import { DataOut, RESERVED_TAG } from '@lunkit/pdu'
import { PieceCollector } from './hand-router.ts'
import type { TestClient } from './test-client.ts'
import { TestTarget, type TestTargetOptions } from './test-target.ts'

/** The tag of the first command of a client. */
export const TAG = 0x10

/** Data that differs from byte to byte. */
export function pattern(lengthBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes)
  for (let i = 0; i < lengthBytes; i++) bytes[i] = (i * 13 + 5) % 251
  return bytes
}

/** A write that has arrived. */
export async function writing(
  { bytes, immediate = 0, final = true }: { bytes: number; immediate?: number; final?: boolean },
  keys: Record<string, string> = {},
  options: TestTargetOptions = {},
) {
  const target = new TestTarget({ ...options, parameters: { InitialR2T: false, ...options.parameters } })
  const client = await target.loggedIn(keys)
  const data = pattern(bytes)
  const values = { write: true, final, expectedDataTransferLength: bytes, lun: 0n }
  client.command(values, immediate > 0 ? { data: data.subarray(0, immediate) } : {})
  return { target, client, data }
}

/** Sends Data-Out PDUs for `[start, end)` of `data`, each of `each` bytes at the most. */
export function sendData(
  client: TestClient,
  {
    data,
    start,
    end,
    each = end - start,
    tag = RESERVED_TAG,
    initiatorTaskTag = TAG,
  }: {
    data: Buffer
    start: number
    end: number
    each?: number
    tag?: number
    initiatorTaskTag?: number
  },
): void {
  let dataSN = 0
  for (let at = start; at < end; at += each) {
    const next = Math.min(end, at + each)
    client.send(
      DataOut,
      { initiatorTaskTag, targetTransferTag: tag, dataSN: dataSN++, bufferOffset: at, final: next === end },
      { data: data.subarray(at, next) },
    )
  }
}

/** Wants all of the data, and collects it. */
export function collect(target: TestTarget, bytes: number): PieceCollector {
  const task = target.hand.nexus.last
  const collector = new PieceCollector()
  task.dataLength(bytes)
  task.expectData(bytes)
  task.receive(collector)
  return collector
}
