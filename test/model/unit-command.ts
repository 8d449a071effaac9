import type { Tag } from './tagged-block.ts'

/** Blocks that a command is about. */
export interface Extent {
  readonly lba: number
  readonly blocks: number
}

/** A SCSI command as the model has it. What it writes is given by tags, one a block. */
export type UnitCommand =
  | { readonly kind: 'testUnitReady' | 'inquiry' | 'readCapacity' | 'modeSense' }
  | { readonly kind: 'requestSense'; readonly descriptor: boolean }
  | { readonly kind: 'reserve' | 'release'; readonly form: 6 | 10 }
  | { readonly kind: 'modeSelect'; readonly softwareWriteProtect: boolean; readonly descriptorSense: boolean }
  /** `expectedBlocks` is what the initiator has room for. */
  | ({ readonly kind: 'read'; readonly expectedBlocks: number; readonly form: ReadForm } & Extent)
  /** `tags` is what the initiator sends, be it more or less than the CDB says. */
  | ({ readonly kind: 'write'; readonly tags: readonly Tag[]; readonly form: ReadForm; readonly fua: boolean } & Extent)
  | ({ readonly kind: 'writeAndVerify'; readonly tags: readonly Tag[] } & Extent)
  | ({ readonly kind: 'verify'; readonly tags: readonly Tag[] } & Extent)
  | ({ readonly kind: 'verifyMedium' } & Extent)
  | ({ readonly kind: 'writeSame'; readonly tag: Tag; readonly unmap: boolean; readonly noDataOut: boolean } & Extent)
  | { readonly kind: 'unmap'; readonly ranges: readonly Extent[] }
  | { readonly kind: 'getLbaStatus'; readonly lba: number }
  | {
      readonly kind: 'compareAndWrite'
      readonly lba: number
      readonly expected: readonly Tag[]
      readonly tags: readonly Tag[]
    }
  | ({ readonly kind: 'synchronizeCache' } & Extent)

/** The lengths of CDBs that READ and WRITE have here. */
export type ReadForm = 10 | 12 | 16

/** A command of one kind. */
export type CommandOf<Kind extends UnitCommand['kind']> = Extract<UnitCommand, { readonly kind: Kind }>
