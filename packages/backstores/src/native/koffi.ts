/** A function of the C library. */
export type KoffiCall = (...values: number[]) => number

/** What is used of koffi. Of its packages only the binary of this platform is installed, which has no install script. */
export interface Koffi {
  /** Older Nodes know the address of shared memory only by a view of it. */
  address(view: Uint8Array): bigint
  errno(): number
  /** Memory at an address. */
  view(address: number, lengthBytes: number): ArrayBuffer
  load(library: null): { func(name: string, result: string, parameters: readonly string[]): KoffiCall }
}
