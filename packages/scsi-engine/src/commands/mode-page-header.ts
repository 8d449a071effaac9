import type { ModePageCode } from '@lunkit/scsi'

/** Bytes of a page before what its length counts. */
export const MODE_PAGE_HEADER_BYTES = 2

/** The header of a mode page of `size` bytes in all. */
export const modePageHeader = (page: ModePageCode, size: number): { page: ModePageCode; length: number } => ({
  page,
  length: size - MODE_PAGE_HEADER_BYTES,
})
