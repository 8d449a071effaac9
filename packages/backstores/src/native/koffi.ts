/** A function of the C library. */
export interface KoffiCall {
  (...values: number[]): number
  /** The same on another thread; of it koffi knows no `errno`. */
  async(...values: readonly [...number[], (error: Error | null, returned: number) => void]): void
}

/** What is used of koffi. Of its packages only the binary of this platform is installed, which has no install script. */
export interface Koffi {
  /** Older Nodes know the address of shared memory only by a view of it. */
  address(view: Uint8Array): bigint
  errno(): number
  /** Memory at an address. */
  view(address: number, lengthBytes: number): ArrayBuffer
  load(library: null): { func(name: string, result: string, parameters: readonly string[]): KoffiCall }
}
