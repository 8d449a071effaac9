import type { Koffi, KoffiCall } from './koffi.ts'

const RWF_DSYNC = 0x02
/** <linux/fs.h>: done at once, or not at all. */
export const RWF_NOWAIT = 0x08
const FALLOC_FL_KEEP_SIZE = 0x01
const FALLOC_FL_PUNCH_HOLE = 0x02
const FALLOC_FL_ZERO_RANGE = 0x10
const MADV_DONTNEED = 4
const MADV_COLD = 20
const MADV_POPULATE_READ = 22
const PROT_READ = 1
const PROT_WRITE = 2
const PROT_NONE = 0
const MAP_SHARED = 1
const MAP_PRIVATE = 2
const MAP_FIXED = 0x10
const MAP_ANONYMOUS = 0x20
const MAP_NORESERVE = 0x4000
const NO_FILE = -1
const MAP_POPULATE = 0x8000
const F_OFD_SETLK = 37
const F_DUPFD_CLOEXEC = 1030
const O_CLOEXEC = 0x8_0000
/** The first descriptor that a copy may get: those before it are the standard ones. */
const FIRST_COPY = 3
const SIG_IGN = 1
const SOL_SOCKET = 1
const SO_PEERCRED = 17
const AF_UNIX = 1
const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0x8_0000
/** Flags of an eventfd: not passed on to programs, and a read of it never waits. */
const EFD_FLAGS = 0x8_0800
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
/** The descriptor itself is meant, and no path from it. */
const AT_EMPTY_PATH = 0x1000
const STATX_DIOALIGN = 0x2000
/** `struct statx` in words: which members are told comes first. */
const STATX_BYTES = 256
const STATX_WORDS = { mask: 0, directMemoryAlign: 38, directOffsetAlign: 39 } as const
const PR_SET_NAME = 15
const MOST_NAME_BYTES = 16
const THIS_THREAD = 0
/** As many processors as a kernel can be built for, a bit each. */
const CPU_SET_BYTES = 1024

/** What `lseek` looks for: <unistd.h>. */
export const Seek = { end: 2, data: 3, hole: 4 } as const
export type Seek = (typeof Seek)[keyof typeof Seek]

/** The kinds of record lock: <fcntl.h>. */
export const RecordLock = { read: 0, write: 1, none: 2 } as const
export type RecordLock = (typeof RecordLock)[keyof typeof RecordLock]

/** A `struct iovec` with 64-bit members, as 32-bit words in little-endian order: base low, base high, length low, high. */
const IOVEC_BYTES = 16
/** `struct flock` of 64-bit Linux: l_type and l_whence (16 bits each), l_start at 8, l_len at 16, l_pid at 24. */
const FLOCK_BYTES = 32
/** `struct ucred`: pid, uid and gid, 32 bits each; behind it the `socklen_t` of the call. */
const UCRED_WORDS = 3
const UCRED_BYTES = UCRED_WORDS * Uint32Array.BYTES_PER_ELEMENT

/** A call that some C libraries lack. */
function optional(find: () => KoffiCall): KoffiCall | undefined {
  try {
    return find()
  } catch {
    return undefined
  }
}

/** Nothing that has memory. */
const RESERVED = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE

/** A range of this process's addresses. */
export interface AddressRange {
  readonly address: number
  readonly lengthBytes: number
}

/**
 * The system calls that node:fs lacks, made through koffi on this thread; each returns what the call returned, or its
 * error number negated. Addresses are raw: whoever passes one keeps the memory behind it alive (see PinnedMemory).
 */
export class Libc {
  readonly #koffi: Koffi
  readonly #preadv2: KoffiCall
  readonly #pwritev2: KoffiCall
  readonly #pread: KoffiCall
  readonly #pwrite: KoffiCall
  readonly #fdatasync: KoffiCall
  readonly #fallocate: KoffiCall
  readonly #posixFallocate: KoffiCall
  readonly #lseek: KoffiCall
  readonly #fcntl: KoffiCall
  readonly #ioctl: KoffiCall
  readonly #madvise: KoffiCall
  readonly #mmap: KoffiCall
  readonly #munmap: KoffiCall
  readonly #mincore: KoffiCall
  readonly #signal: KoffiCall
  readonly #getsockopt: KoffiCall
  readonly #socket: KoffiCall
  readonly #sendto: KoffiCall
  readonly #close: KoffiCall
  readonly #eventfd: KoffiCall
  readonly #dup3: KoffiCall
  readonly #syscall: KoffiCall
  readonly #statx: KoffiCall | undefined
  readonly #prctl: KoffiCall
  readonly #schedSetaffinity: KoffiCall
  /** The GNU C library alone has it. */
  readonly #mallocTrim: KoffiCall | undefined
  // An ArrayBuffer made first never moves, and this object keeps it alive: small typed arrays may lie on V8's heap.
  readonly #iovec = new Uint32Array(new ArrayBuffer(IOVEC_BYTES))
  readonly #iovecAddress: number
  // Everything but l_type stays zero: from the start (SEEK_SET, 0) to whatever end (0), no process id (F_OFD_SETLK).
  readonly #flock = new Int16Array(new ArrayBuffer(FLOCK_BYTES))
  readonly #flockAddress: number
  readonly #ucred = new Uint32Array(new ArrayBuffer(UCRED_BYTES + Uint32Array.BYTES_PER_ELEMENT))
  readonly #ucredAddress: number

  /** @throws when the C library lacks one of the calls. */
  constructor(koffi: Koffi) {
    const library = koffi.load(null)
    const call = (name: string, ...parameters: string[]) => library.func(name, 'int64_t', parameters)
    const intCall = (name: string, ...parameters: string[]) => library.func(name, 'int', parameters)
    this.#koffi = koffi
    this.#preadv2 = call('preadv2', 'int', 'uintptr_t', 'int', 'int64_t', 'int')
    this.#pwritev2 = call('pwritev2', 'int', 'uintptr_t', 'int', 'int64_t', 'int')
    this.#pread = call('pread', 'int', 'uintptr_t', 'size_t', 'int64_t')
    this.#pwrite = call('pwrite', 'int', 'uintptr_t', 'size_t', 'int64_t')
    this.#fdatasync = intCall('fdatasync', 'int')
    this.#fallocate = intCall('fallocate', 'int', 'int', 'int64_t', 'int64_t')
    this.#posixFallocate = intCall('posix_fallocate', 'int', 'int64_t', 'int64_t')
    this.#lseek = call('lseek', 'int', 'int64_t', 'int')
    this.#fcntl = intCall('fcntl', 'int', 'int', 'uintptr_t')
    this.#ioctl = intCall('ioctl', 'int', 'uint64_t', 'uintptr_t')
    this.#madvise = intCall('madvise', 'uintptr_t', 'size_t', 'int')
    this.#mmap = call('mmap', 'uintptr_t', 'size_t', 'int', 'int', 'int', 'int64_t')
    this.#munmap = intCall('munmap', 'uintptr_t', 'size_t')
    this.#mincore = intCall('mincore', 'uintptr_t', 'size_t', 'uintptr_t')
    this.#signal = library.func('signal', 'intptr_t', ['int', 'intptr_t']) as KoffiCall
    this.#getsockopt = intCall('getsockopt', 'int', 'int', 'int', 'uintptr_t', 'uintptr_t')
    this.#socket = intCall('socket', 'int', 'int', 'int')
    this.#sendto = call('sendto', 'int', 'uintptr_t', 'size_t', 'int', 'uintptr_t', 'uint32_t')
    this.#close = intCall('close', 'int')
    this.#eventfd = intCall('eventfd', 'uint32_t', 'int')
    this.#dup3 = intCall('dup3', 'int', 'int', 'int')
    this.#syscall = call('syscall', ...Array.from({ length: 7 }, () => 'int64_t'))
    this.#statx = optional(() => intCall('statx', 'int', 'uintptr_t', 'int', 'uint32_t', 'uintptr_t'))
    this.#prctl = intCall('prctl', 'int', 'uintptr_t')
    this.#schedSetaffinity = intCall('sched_setaffinity', 'int', 'size_t', 'uintptr_t')
    this.#mallocTrim = optional(() => intCall('malloc_trim', 'size_t'))
    this.#iovecAddress = this.addressOf(this.#iovec.buffer)
    this.#flockAddress = this.addressOf(this.#flock.buffer)
    this.#ucredAddress = this.addressOf(this.#ucred.buffer)
  }

  /** Where `memory` lies. The number keeps nothing alive. */
  addressOf(memory: ArrayBufferLike): number {
    return Number(this.#koffi.address(new Uint8Array(memory)))
  }

  /** Reads what is in the page cache: preadv2 with RWF_NOWAIT, -EAGAIN when nothing is. */
  readCached(fd: number, address: number, lengthBytes: number, offset: number): number {
    this.#point(address, lengthBytes)
    return this.#result(this.#preadv2(fd, this.#iovecAddress, 1, offset, RWF_NOWAIT))
  }

  read(fd: number, address: number, lengthBytes: number, offset: number): number {
    return this.#result(this.#pread(fd, address, lengthBytes, offset))
  }

  write(fd: number, address: number, lengthBytes: number, offset: number): number {
    return this.#result(this.#pwrite(fd, address, lengthBytes, offset))
  }

  /** Writes and returns when it is on stable storage: pwritev2 with RWF_DSYNC. */
  writeThrough(fd: number, address: number, lengthBytes: number, offset: number): number {
    this.#point(address, lengthBytes)
    return this.#result(this.#pwritev2(fd, this.#iovecAddress, 1, offset, RWF_DSYNC))
  }

  sync(fd: number): number {
    return this.#result(this.#fdatasync(fd))
  }

  /** Gives a range's space back; it reads as zeroes. The file keeps its size. */
  punchHole(fd: number, offset: number, lengthBytes: number): number {
    return this.#result(this.#fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, lengthBytes))
  }

  /** Makes a range read as zeroes and keeps its space. The file keeps its size. */
  zeroRange(fd: number, offset: number, lengthBytes: number): number {
    return this.#result(this.#fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offset, lengthBytes))
  }

  /**
   * Gives a range of a file its space, and makes the file as long as that, on another thread: where the file system has no such call, each
   * block is written. It reads as it did, and as zeroes where there was nothing. Resolves as the others return.
   */
  allocate(fd: number, offset: number, lengthBytes: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#posixFallocate.async(fd, offset, lengthBytes, (error, returned) =>
        error === null ? resolve(-returned) : reject(error),
      )
    })
  }

  /** How many bytes a file or a block device has. */
  sizeBytes(fd: number): number {
    return this.seek(fd, 0, Seek.end)
  }

  /**
   * Where reads and writes past the page cache may begin and end, in the file and in memory: multiples of this many bytes. 0: not at all; undefined:
   * nobody tells (statx(2), Linux 6.1).
   */
  directAlignment(fd: number): number | undefined {
    const answer = new Uint32Array(new ArrayBuffer(STATX_BYTES))
    const path = new ArrayBuffer(1)
    const [pathAddress, answerAddress] = [this.addressOf(path), this.addressOf(answer.buffer)]
    const returned = this.#statx?.(fd, pathAddress, AT_EMPTY_PATH, STATX_DIOALIGN, answerAddress) ?? -1
    const wordOf = (member: keyof typeof STATX_WORDS): number => answer[STATX_WORDS[member]] as number
    if (returned !== 0 || (wordOf('mask') & STATX_DIOALIGN) === 0) return undefined
    const offsetAlign = wordOf('directOffsetAlign')
    return offsetAlign === 0 ? 0 : Math.max(offsetAlign, wordOf('directMemoryAlign'))
  }

  /** The next data or hole at or after `offset`. */
  seek(fd: number, offset: number, what: Seek): number {
    return this.#result(this.#lseek(fd, offset, what))
  }

  /** Sets a lock on the whole file that belongs to the open file description, at once or not at all (-EAGAIN). */
  lock(fd: number, kind: RecordLock): number {
    this.#flock[0] = kind
    return this.#result(this.#fcntl(fd, F_OFD_SETLK, this.#flockAddress))
  }

  /** Asks a device for what only its driver does: ioctl(2), with the address of its argument. */
  control(fd: number, request: number, address: number): number {
    return this.#result(this.#ioctl(fd, request, address))
  }

  /** Another descriptor of the same open file. */
  duplicate(fd: number): number {
    return this.#result(this.#fcntl(fd, F_DUPFD_CLOEXEC, FIRST_COPY))
  }

  /** Has a descriptor lead where another one does, at once for all threads. */
  replace(fd: number, by: number): number {
    return this.#result(this.#dup3(by, fd, O_CLOEXEC))
  }

  /** Makes a stream socket of the machine's own that leads nowhere. */
  socket(): number {
    return this.#result(this.#socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
  }

  /** Makes an eventfd(2): a number that somebody adds to, and whose reader hears of it. */
  event(): number {
    return this.#result(this.#eventfd(0, EFD_FLAGS))
  }

  close(fd: number): void {
    this.#close(fd)
  }

  /** Gives the pages of a range of private memory back; it reads as zeroes. Both numbers are multiples of the page. */
  dropPages(address: number, lengthBytes: number): number {
    return this.#result(this.#madvise(address, lengthBytes, MADV_DONTNEED))
  }

  /** Gives the system back what the allocator keeps of freed memory, where the C library can. */
  trimHeap(): void {
    this.#mallocTrim?.(0)
  }

  /** Has the whole process pass over a signal, by its number. */
  ignoreSignal(signal: number): void {
    this.#signal(signal, SIG_IGN)
  }

  /** Who connected a unix socket, unix(7): pid, uid and gid; or the error number, negated. */
  peer(fd: number): readonly [pid: number, uid: number, gid: number] | number {
    this.#ucred[UCRED_WORDS] = UCRED_BYTES
    const [ucred, length] = [this.#ucredAddress, this.#ucredAddress + UCRED_BYTES]
    const returned = this.#result(this.#getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ucred, length))
    const [pid = 0, uid = 0, gid = 0] = this.#ucred
    return returned < 0 ? returned : [pid, uid, gid]
  }

  /** Sends one datagram to the unix socket of a `struct sockaddr_un`, at once or not at all (-EAGAIN). */
  sendDatagram(datagram: AddressRange, to: AddressRange): number {
    const fd = this.#result(this.#socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    if (fd < 0) return fd
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL
    const { address, lengthBytes } = datagram
    const sent = this.#result(this.#sendto(fd, address, lengthBytes, flags, to.address, to.lengthBytes))
    this.#close(fd)
    return sent
  }

  /**
   * Maps a range of a file for reading, over whatever is at this address, which the caller has reserved. A look at what lies
   * beyond the file's end is deadly.
   */
  mapFile(fd: number, offset: number, { address, lengthBytes }: AddressRange): number {
    return this.#result(this.#mmap(address, lengthBytes, PROT_READ, MAP_SHARED | MAP_FIXED, fd, offset))
  }

  /** Takes a range of addresses with nothing behind it, and says where. */
  reserve(lengthBytes: number): number {
    return this.#result(this.#mmap(0, lengthBytes, PROT_NONE, RESERVED, NO_FILE, 0))
  }

  /** Takes away what is mapped in a range that was reserved, which stays reserved. */
  vacate({ address, lengthBytes }: AddressRange): number {
    return this.#result(this.#mmap(address, lengthBytes, PROT_NONE, RESERVED | MAP_FIXED, NO_FILE, 0))
  }

  /** Maps a range of a descriptor for reading and writing, with its pages, and says where. */
  mapMemory(fd: number, offset: number, lengthBytes: number): number {
    return this.#result(this.#mmap(0, lengthBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset))
  }

  /** The memory at an address; it must not be looked at any more when it is unmapped. */
  memoryAt(address: number, lengthBytes: number): ArrayBuffer {
    return this.#koffi.view(address, lengthBytes)
  }

  unmap(address: number, lengthBytes: number): number {
    return this.#result(this.#munmap(address, lengthBytes))
  }

  /** Which pages of a mapping are in memory: a byte a page at `answer`, of which bit 0 counts. */
  residentPages(address: number, lengthBytes: number, answer: number): number {
    return this.#result(this.#mincore(address, lengthBytes, answer))
  }

  /** Enters a mapping's pages in the page table, as reading them would; -EFAULT beyond the end of the file. */
  populate(address: number, lengthBytes: number): number {
    return this.#result(this.#madvise(address, lengthBytes, MADV_POPULATE_READ))
  }

  /** Says that a mapping's pages are not needed soon. Where that is a part of a large folio, it is split. */
  cool(address: number, lengthBytes: number): number {
    return this.#result(this.#madvise(address, lengthBytes, MADV_COLD))
  }

  /** Gives this thread a name, which the system cuts after 15 bytes. */
  nameThread(name: string): void {
    const text = Buffer.from(new ArrayBuffer(MOST_NAME_BYTES))
    text.write(name)
    this.#prctl(PR_SET_NAME, this.addressOf(text.buffer))
  }

  /** Has this thread run on one processor only. */
  runOn(cpu: number): number {
    const set = new Uint8Array(new ArrayBuffer(CPU_SET_BYTES))
    set[Math.floor(cpu / 8)] = 1 << (cpu % 8)
    return this.#result(this.#schedSetaffinity(THIS_THREAD, CPU_SET_BYTES, this.addressOf(set.buffer)))
  }

  /** A system call that the C library has no function for, by its number. */
  systemCall(number: number, ...given: readonly number[]): number {
    const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = given
    return this.#result(this.#syscall(number, first, second, third, fourth, fifth, sixth))
  }

  #point(address: number, lengthBytes: number): void {
    this.#iovec[0] = address % 0x1_0000_0000
    this.#iovec[1] = Math.floor(address / 0x1_0000_0000)
    this.#iovec[2] = lengthBytes
  }

  #result(returned: number): number {
    return returned < 0 ? -this.#koffi.errno() : returned
  }
}
