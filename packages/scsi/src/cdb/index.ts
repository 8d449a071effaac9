export { CompareAndWrite } from './compare-and-write.ts'
export { ModeSelect6, ModeSelect10, ModeSense6, ModeSense10, PageControl } from './mode.ts'
export { GetLbaStatus16, Unmap } from './provisioning.ts'
export { Read6, Read10, Read12, Read16 } from './read.ts'
export { ReadCapacity10, ReadCapacity16 } from './read-capacity.ts'
export {
  ReportingOptions,
  ReportSupportedOperationCodes,
  ReportSupportedTaskManagementFunctions,
} from './report-supported.ts'
export { Release6, Release10, Reserve6, Reserve10 } from './reservation.ts'
export { PowerCondition, StartStopUnit } from './start-stop-unit.ts'
export { SynchronizeCache10, SynchronizeCache16 } from './synchronize-cache.ts'
export { Inquiry, ReportLuns, RequestSense, SelectReport, TestUnitReady } from './unit.ts'
export {
  ByteCheck,
  Verify10,
  Verify12,
  Verify16,
  WriteAndVerify10,
  WriteAndVerify12,
  WriteAndVerify16,
} from './verify.ts'
export { Write6, Write10, Write12, Write16 } from './write.ts'
export { WriteSame10, WriteSame16 } from './write-same.ts'
