/**
 * How many LUN numbers a target can have, and so how many LUNs an initiator can see: 0 to 16383. LIO takes up to 65535 but
 * writes a number without an address method, so that an initiator which knows the methods of SAM would address another LUN:
 * 16684 is 41 2C, which is 300 there.
 */
export const SERVED_LUNS = 16_384
