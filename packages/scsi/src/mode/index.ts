export type { BlockDescriptor, ModeContents, ModeData, ModeHeading, ModePage } from './data.ts'
export { decodeModeData, encodeModeData, ModeForm } from './data.ts'
export { LongBlockDescriptor, MANY_BLOCKS, ModeHeader6, ModeHeader10, ShortBlockDescriptor } from './header.ts'
export {
  ALL_SUBPAGES,
  Caching,
  Control,
  InformationalExceptionsControl,
  ModePageCode,
  ModePageHeader,
  ModeSubpageHeader,
  ReadWriteErrorRecovery,
} from './page.ts'
export { decodeModeSelectList } from './select-list.ts'
