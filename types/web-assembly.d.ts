// Node has WebAssembly, but TypeScript declares it in the browser's library alone. Only what lunkit uses is declared here.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean })
    /** A SharedArrayBuffer when the memory is shared, page-aligned either way. */
    readonly buffer: ArrayBuffer | SharedArrayBuffer
  }
}
