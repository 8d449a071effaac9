import { hex } from './device.ts'
import type { FakeTaskOptions } from './fake-task.ts'

const BLOCK = 512
const number = (n: number, digits: number): string => n.toString(16).padStart(digits, '0')

/** Commands that touch blocks of 512 bytes, as they come over the wire. */
export const blockCommandBytes = {
  read: (lba: number, blocks: number) => ({
    cdb: hex(`28 00 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    readBytes: blocks * BLOCK,
  }),
  write: (lba: number, blocks: number) => ({
    cdb: hex(`2A 00 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    data: Buffer.alloc(blocks * BLOCK, 1),
  }),
  verify: (lba: number, blocks: number) => ({
    cdb: hex(`2F 02 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    data: Buffer.alloc(blocks * BLOCK, 1),
  }),
  writeAndVerify: (lba: number, blocks: number) => ({
    cdb: hex(`2E 02 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    data: Buffer.alloc(blocks * BLOCK, 4),
  }),
  writeSame: (lba: number, blocks: number) => ({
    cdb: hex(`41 00 ${number(lba, 8)} 00 ${number(blocks, 4)} 00`),
    data: Buffer.alloc(BLOCK, 2),
  }),
  compareAndWrite: (lba: number, blocks: number) => ({
    cdb: hex(`89 00 ${number(lba, 16)} 000000 ${number(blocks, 2)} 00 00`),
    data: Buffer.alloc(2 * blocks * BLOCK, 3),
  }),
  unmap: (lba: number, blocks: number) => ({
    cdb: hex('42 00 00000000 00 0018 00'),
    data: hex(`0016 0010 00000000 ${number(lba, 16)} ${number(blocks, 8)} 00000000`),
  }),
} as const satisfies Readonly<Record<string, (lba: number, blocks: number) => FakeTaskOptions>>

/** The name of one of them. */
export type BlockCommand = keyof typeof blockCommandBytes

/** Their names. */
export const blockCommandNames = Object.keys(blockCommandBytes) as BlockCommand[]
