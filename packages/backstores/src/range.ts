import { StoreFault } from './store/store-fault.ts'
import { StoreOperation } from './store/store-operation.ts'
import type { StoreRequest } from './store/store-request.ts'

/**
 * What is wrong with a request's range on a medium of `sizeBytes`, if anything.
 * @throws {RangeError} when a transfer does not fit its slot: that is the caller's mistake, not a fault of the medium.
 */
export function rangeFault(request: StoreRequest, sizeBytes: number): StoreFault | undefined {
  const { operation, offset, lengthBytes } = request
  if (operation === StoreOperation.read || operation === StoreOperation.write) checkSlot(request)
  const inside = offset >= 0 && lengthBytes >= 0 && offset + lengthBytes <= sizeBytes
  return inside ? undefined : StoreFault.gone
}

function checkSlot({ operation, slot, slotOffset, lengthBytes }: StoreRequest): void {
  if (slot && slotOffset >= 0 && slotOffset + lengthBytes <= slot.capacity) return
  const has = slot ? `a slot of ${slot.capacity}` : 'no slot'
  throw new RangeError(
    `a ${operation} of ${lengthBytes} bytes at ${slotOffset} brought ${has}; it must fit into its slot`,
  )
}
