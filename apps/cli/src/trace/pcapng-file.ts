import { type FileHandle, open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { OutputEnd } from '../disks/transfer/stream-end.ts'
import { Refusal } from '../refusal.ts'

/** Who may read what a trace shows. */
const OWNER_ONLY = 0o600

/** Where a trace is written, piece after piece. */
export interface TraceFile {
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** A file that nobody else may read, over what it had; "-" is standard output. @throws {Refusal} where it cannot be written. */
export async function traceFile(path: string, output: Writable | undefined): Promise<TraceFile> {
  if (path === '-' && output) return outputFile(output)
  const handle = await saidAs(path, () => open(path, 'w', OWNER_ONLY))
  return {
    write: bytes => saidAs(path, () => writeAll(handle, bytes)),
    close: () => handle.close(),
  }
}

function outputFile(output: Writable): TraceFile {
  const end = new OutputEnd(output)
  const { signal } = new AbortController()
  return { write: bytes => end.write(bytes, 0, signal), close: async () => {} }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten
}

async function saidAs<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new Refusal(`Cannot write ${path}`, { explanation: (error as Error).message })
  }
}
