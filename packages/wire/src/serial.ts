/** 32-bit serial number arithmetic, RFC 1982 with SERIAL_BITS = 32, as RFC 7143 4.2.2.1 uses it for CmdSN and StatSN. */

/** `a + n`, wrapped to 32 bits. */
export const serialAdd = (a: number, n: number): number => (a + n) >>> 0

/** How far `b` lies behind `a`, negative when it lies before it; exact for distances below 2^31. */
export const serialDistance = (a: number, b: number): number => (b - a) | 0

/** Whether `a` comes before `b`. */
export const serialBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0

/** Whether `low <= value <= high` in serial order; an empty window (`high` just before `low`) holds nothing. */
export const serialWithin = (value: number, low: number, high: number): boolean =>
  ((value - low) | 0) >= 0 && ((high - value) | 0) >= 0
