import { bit, u8, u16 } from '@lunkit/wire'
import { cdb, ignored, mustBeZero } from '../cdb.ts'

/**
 * SPC-2: reservations of the whole unit by the sender. Reservations for a third party and of extents, which SPC-2 made
 * optional or obsolete, are refused. Without them the rest of the CDB means nothing.
 */
const flags6 = { thirdParty: mustBeZero(bit(1, 4)), extent: mustBeZero(bit(1, 0)), reservationId: ignored(u8(2)) }
const flags10 = {
  thirdParty: mustBeZero(bit(1, 4)),
  longId: mustBeZero(bit(1, 1)),
  extent: mustBeZero(bit(1, 0)),
  reservationId: ignored(u8(2)),
  thirdPartyDeviceId: ignored(u8(3)),
  parameterListLength: mustBeZero(u16(7)),
}

export const Reserve6 = cdb({
  name: 'RESERVE (6)',
  spec: 'SPC-2, RESERVE (6) command',
  opcode: 0x16,
  size: 6,
  fields: { ...flags6, parameterListLength: mustBeZero(u16(3)) },
})

export const Release6 = cdb({
  name: 'RELEASE (6)',
  spec: 'SPC-2, RELEASE (6) command',
  opcode: 0x17,
  size: 6,
  fields: flags6,
})

export const Reserve10 = cdb({
  name: 'RESERVE (10)',
  spec: 'SPC-2, RESERVE (10) command',
  opcode: 0x56,
  size: 10,
  fields: flags10,
})

export const Release10 = cdb({
  name: 'RELEASE (10)',
  spec: 'SPC-2, RELEASE (10) command',
  opcode: 0x57,
  size: 10,
  fields: flags10,
})
