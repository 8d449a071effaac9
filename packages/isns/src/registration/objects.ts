import { type Attribute, emptyAttribute, numberAttribute, textAttribute } from '../message/attribute.ts'
import { IsnsTag } from '../message/codes.ts'
import { addressBytes } from '../message/portal-bytes.ts'
import type { IsnsPortal, IsnsTarget } from './isns-target.ts'

/** RFC 4171 6.2.2. */
const ISCSI_PROTOCOL = 2
/** RFC 4171 6.4.2: bit 31, counted from the left. */
const TARGET_NODE = 1

const addressOf = (tag: number, host: string): Attribute => ({ tag, value: addressBytes(host) ?? new Uint8Array(0) })

/** What a portal is found by. */
export const portalKey = ({ host, port }: IsnsPortal): Attribute[] => [
  addressOf(IsnsTag.portalAddress, host),
  numberAttribute(IsnsTag.portalPort, port),
]

/** What a target is found by. */
export const targetKey = (name: string): Attribute => textAttribute(IsnsTag.iscsiName, name)

/** An entity, and how long its registration holds without a sign of life. */
export const entityObject = (entity: string, periodS: number): Attribute[] => [
  textAttribute(IsnsTag.entityIdentifier, entity),
  numberAttribute(IsnsTag.entityProtocol, ISCSI_PROTOCOL),
  numberAttribute(IsnsTag.registrationPeriod, periodS),
]

/** A target, without its portal groups. */
export const targetObject = ({ name, alias }: IsnsTarget): Attribute[] => [
  targetKey(name),
  numberAttribute(IsnsTag.iscsiNodeType, TARGET_NODE),
  ...(alias === undefined ? [] : [textAttribute(IsnsTag.iscsiAlias, alias)]),
]

/**
 * The portal groups of a target, one for each portal of the entity. Where none of its own has the portal, it is one without a tag: left
 * out, the server would make it one with tag 1, and tell initiators that the target is there, RFC 4171 3.4.
 */
export function groupObjects({ name, groups }: IsnsTarget, portals: readonly IsnsPortal[]): Attribute[][] {
  const tags = new Map(groups.flatMap(({ tag, portals: own }) => own.map(portal => [portalText(portal), tag])))
  return portals.map(portal => {
    const tag = tags.get(portalText(portal))
    return [
      textAttribute(IsnsTag.groupIscsiName, name),
      addressOf(IsnsTag.groupPortalAddress, portal.host),
      numberAttribute(IsnsTag.groupPortalPort, portal.port),
      tag === undefined ? emptyAttribute(IsnsTag.groupTag) : numberAttribute(IsnsTag.groupTag, tag),
    ]
  })
}

/** A portal as text that no other has: by its bytes, since an address can be written in several ways. */
export const portalText = ({ host, port }: IsnsPortal): string =>
  `${Buffer.from(addressBytes(host) ?? []).toString('hex')}/${port}`
