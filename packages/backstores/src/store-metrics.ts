import { type Block, declare } from '@lunkit/statistics'
import { StoreOperation } from './store/store-operation.ts'

const counter = (unit: string, help: string) => ({ kind: 'counter', unit, help }) as const

/** Error numbers of the system that are told apart. */
const ERRNOS = [
  ...['EIO', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EPERM', 'EACCES', 'ENODEV', 'ENXIO', 'ESTALE', 'EBADF', 'EINVAL'],
  ...['ENOMEM', 'ENOBUFS', 'EAGAIN', 'EOPNOTSUPP', 'ENOSYS', 'ETIMEDOUT', 'other'],
] as const
/** An error number as it is counted. */
export type CountedErrno = (typeof ERRNOS)[number]

/** How the operations of each store went that does them on a descriptor. */
export const storeMetrics = declare({
  name: 'store',
  labels: ['store'],
  metrics: {
    inPlaceReads: counter('reads', 'reads that were done in place, whole or in part'),
    batchedReads: counter('reads', 'those of them that one system call has done together with others'),
    inPlaceWrites: counter('writes', 'writes that were done in place, whole or in part'),
    slowReads: counter('reads', 'reads in place that took too long; after a few the next ones go to a lane'),
    slowWrites: counter('writes', 'writes in place that took too long; the next ones go to a lane'),
    laneOperations: counter('operations', 'operations handed to a lane, or past the page cache to the kernel'),
    laneDuration: {
      kind: 'histogram',
      unit: 'seconds',
      help: 'how long lanes were in operations of the store',
      by: { label: 'operation', values: Object.values(StoreOperation) },
    },
    errors: {
      ...counter('operations', 'system calls that failed, by what the system said'),
      by: { label: 'errno', values: ERRNOS },
    },
    unflushedBytes: {
      kind: 'gauge',
      unit: 'bytes',
      help: 'bytes written since the last flush that has brought them to stable storage began',
    },
  },
})

/** What is counted of each store. */
export type StoreBlock = Block<'store', typeof storeMetrics.metrics>
