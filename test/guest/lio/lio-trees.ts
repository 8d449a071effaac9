import {
  type AttributeRow,
  aclAttributes,
  Change,
  storageAttributes,
  tpgAttributes,
  tpgParameters,
} from '@lunkit/config'

/** Addresses beside those of any machine, which lunkitd and the guest both have. */
export const addresses = ['192.0.2.1/32', '2001:db8::1/128'] as const

const name = 'iqn.2026-11.io.lunkit.test:'
const host = 'iqn.1994-05.com.redhat:'
const rich = `/iscsi/${name}rich`
const closed = `/iscsi/${name}closed/tpg1`
/** The portals of one are not those of another. */
const noPortal = 'set global auto_add_default_portal=false'

const richLines = (directory: string): readonly string[] => [
  noPortal,
  `/backstores/fileio create name=back file_or_dev=${directory}/back.img size=64M`,
  `/backstores/fileio create name=through file_or_dev=${directory}/through.img size=32M write_back=false wwn=6b5e1b0a-61a5-4a3c-9c56-8a3b5d7e0001`,
  `/backstores/fileio create name=large.4k file_or_dev=${directory}/large.img size=1T`,
  '/backstores/ramdisk create name=memory size=16M',
  '/backstores/ramdisk create name=nothing size=1G nullio=true',
  '/backstores/ramdisk create name=unused size=4M wwn=5eb63bbb',
  '/backstores/fileio/large.4k set attribute block_size=4096 queue_depth=64 optimal_sectors=2048 emulate_write_cache=0',
  '/backstores/fileio/back set attribute emulate_tpu=1 emulate_tpws=1 emulate_caw=0 is_nonrot=1 unmap_granularity=8',
  '/backstores/fileio/through set attribute emulate_write_cache=1 emulate_model_alias=0',
  `/iscsi create ${name}rich`,
  `/iscsi create ${name}closed`,
  '/iscsi create eui.02004567a425678d',
  '/iscsi create naa.5001405aabbccdde',
  `${rich} alias "Rich disks"`,
  `${rich} create tpg2`,
  `${rich} create tpg40`,
  `${rich}/tpg40 disable`,
  `${rich}/tpg1/portals create 127.0.0.1 3260`,
  `${rich}/tpg1/portals create 192.0.2.1 3261`,
  `${rich}/tpg1/portals create 2001:db8::1 3260`,
  `${rich}/tpg2/portals create ::0 3270`,
  `${rich}/tpg40/portals create 0.0.0.0 3280`,
  `${closed}/portals create`,
  `${closed}/portals create ::0 3260`,
  `${rich}/tpg1/luns create /backstores/fileio/back`,
  `${rich}/tpg1/luns create /backstores/fileio/through 7`,
  `${rich}/tpg1/luns create /backstores/ramdisk/memory lun300`,
  `${rich}/tpg2/luns create /backstores/fileio/back 1`,
  `${rich}/tpg40/luns create /backstores/ramdisk/nothing`,
  `${closed}/luns create /backstores/fileio/large.4k`,
  `${closed}/luns create /backstores/ramdisk/memory`,
  `${rich}/tpg1 set attribute generate_node_acls=1 demo_mode_write_protect=0 cache_dynamic_acls=1 login_timeout=30`,
  `${rich}/tpg2 set attribute authentication=1`,
  `${rich}/tpg2 set auth userid=user password="a secret # of 1" mutual_userid=back mutual_password=mutual1234`,
  `${rich}/tpg1 set parameter MaxBurstLength=1048576 InitialR2T=No HeaderDigest=None DefaultTime2Retain=0`,
  `${rich}/tpg2 set parameter AuthMethod=CHAP`,
  ...['one', 'three'].map(each => `${closed}/acls create ${host}${each}`),
  `${closed}/acls create ${host}two add_mapped_luns=false`,
  `${closed}/acls create eui.02004567a425678f`,
  `${closed}/acls tag ${host}three farm`,
  `${closed}/acls/${host}one set auth userid=alice password=secretsecret12 mutual_userid=tgt mutual_password=mutual1234`,
  `${closed}/acls/${host}one/mapped_lun0 write_protect true`,
  `${closed}/acls/${host}two create 5 0`,
  `${closed}/acls/${host}two create 200 lun1 write_protect=true`,
  `${closed}/acls/${host}two set attribute dataout_timeout=10 nopin_timeout=10 authentication=1`,
  '/iscsi set discovery_auth enable=1 userid=disc password=secret1234 mutual_userid=mdisc mutual_password=mutual1234',
]

const manyLuns = (): readonly string[] => {
  const numbers = Array.from({ length: 48 }, (_, at) => at)
  const target = `/iscsi/${name}many/tpg1`
  return [
    ...numbers.map(at => `/backstores/ramdisk create name=disk${at} size=4096`),
    `/iscsi create ${name}many`,
    ...numbers.map(at => `${target}/luns create /backstores/ramdisk/disk${at} ${at * 5}`),
    `${target}/acls create ${host}all`,
    `${target}/acls create ${host}few add_mapped_luns=false`,
    ...numbers.slice(0, 9).map(at => `${target}/acls/${host}few create ${255 - at} ${at * 5}`),
  ]
}

const names = (directory: string): readonly string[] => [
  noPortal,
  ...['a_b', 'A.b-c:d', 'ünï', 'x'.repeat(255)].map(each => `/backstores/ramdisk create name=${each} size=1M`),
  ...['a b', 'a,b', 'a=b', 'ü'].map((each, at) => `/backstores/fileio create f${at} "${directory}/${each}" 1M`),
  '/iscsi create',
  '/iscsi create',
  `/iscsi create ${name}a:b.c-d`,
  `/iscsi create ${name}UPPER`,
  `/iscsi create ${name}ünï`,
  `/iscsi create ${name}${'x'.repeat(196)}`,
  '/iscsi create naa.52004567BA64678D',
  '/iscsi create 0x5001405d14f2e64a',
  `/iscsi/${name}a:b.c-d alias "ünï cödé = 1"`,
  ...[0, 65_535].map(tag => `/iscsi/${name}a:b.c-d create tpg${tag}`),
  ...['UP', 'ünï'].map(each => `/iscsi/${name}a:b.c-d/tpg1/acls create ${host}${each}`),
  `/iscsi/${name}a:b.c-d/tpg1/acls/${host}up set auth userid=ü password="a \\" b"`,
]

/** What lunkit takes of a value of each attribute, up to so many: of many the least, the next, the most. */
const edges = 4
const CANDIDATES = [
  -1, 0, 1, 2, 3, 5, 14, 15, 16, 30, 60, 61, 64, 128, 512, 1024, 2048, 4096, 4_294_967_288, 4_294_967_295,
]
const PARAMETERS = [
  'Yes',
  'No',
  'None',
  'CRC32C',
  'None,CRC32C',
  'CHAP',
  'CHAP,None',
  'Reject',
  '0',
  '2',
  '512',
  '3600',
  '65535',
  '16777215',
  'x',
  "it's = 1",
]

function edgesOf<T>(candidates: readonly T[], allows: (value: T) => boolean): readonly T[] {
  const allowed = candidates.filter(allows)
  return allowed.length <= edges ? allowed : [...allowed.slice(0, 2), ...allowed.slice(-2)]
}

/** `set` of the nth edge of each row of a table, each by itself: what is refused leaves the others. */
const setEdges = (table: Readonly<Record<string, AttributeRow>>, at: number): readonly string[] =>
  Object.entries(table).flatMap(([each, { change, allows }]) => {
    const value = change === Change.never ? undefined : edgesOf(CANDIDATES, allows)[at]
    return value === undefined ? [] : [`set attribute ${each}=${value}`]
  })

const everyEdge = (directory: string): readonly string[] => [
  noPortal,
  ...Array.from({ length: edges }, (_, at) => [
    `/backstores/fileio create f${at} ${directory}/edge${at}.img 16M`,
    `/backstores/ramdisk create r${at} 1M`,
    ...['fileio/f', 'ramdisk/r'].flatMap(each => [`cd /backstores/${each}${at}`, ...setEdges(storageAttributes, at)]),
    'cd /',
    `/iscsi create ${name}edge${at}`,
    `/iscsi/${name}edge${at}/tpg1/acls create ${host}edge`,
    `cd /iscsi/${name}edge${at}/tpg1`,
    ...setEdges(tpgAttributes, at),
    ...Object.entries(tpgParameters).flatMap(([each, { allows }]) => {
      const value = edgesOf(PARAMETERS, allows)[at]
      return value === undefined ? [] : [`set parameter ${each}="${value}"`]
    }),
    `cd acls/${host}edge`,
    ...setEdges(aclAttributes, at),
    'cd /',
  ]).flat(),
]

/** What lunkit has and LIO has not. */
const beyondLio = (directory: string): readonly string[] => [
  noPortal,
  `/backstores/fileio create name=own file_or_dev=${directory}/own.img size=1M`,
  '/backstores/ramdisk create name=thin size=1M',
  '/backstores/fileio/own set setting vendor_id=ACME product_id=Disk revision=1 company_id=1 removable=1',
  '/backstores/fileio/own set setting physical_block_size=4096',
  '/backstores/ramdisk/thin set attribute emulate_tpu=1 emulate_tpws=1 unmap_zeroes_data=1',
  'set setting poll_us=10',
  'set limit connections=1000',
  `/iscsi create ${name}own`,
  `/iscsi/${name}own/tpg1/luns create /backstores/fileio/own`,
  `/iscsi/${name}own/tpg1/acls create ${host}far`,
  `/iscsi/${name}own/tpg1/acls/${host}far create 256 0`,
]

/** Trees as lines of lunkit, given the directory of backing files. Of some lines lunkit itself refuses what they ask. */
export const trees: Readonly<Record<string, (directory: string) => readonly string[]>> = {
  'a rich tree': richLines,
  nothing: () => [],
  'storage objects alone': directory => richLines(directory).filter(line => /^\/backstores/.test(line)),
  'many LUNs': manyLuns,
  'names of all kinds': names,
  'every attribute and parameter at its edges': everyEdge,
  'what LIO does not have': beyondLio,
  'a name that LIO does not take yet': () => [noPortal, '/iscsi create naa.62004567BA64678D0123456789ABCDEF'],
}

/** A tree as lines of the guest's targetcli, of what LIO has and lunkit does not serve too. */
export const lioLines = (directory: string): readonly string[] => [
  `/backstores/fileio create name=disk0 file_or_dev=${directory}/disk0.img size=64M`,
  `/backstores/fileio create name=disk1 file_or_dev=${directory}/disk1.img size=8M write_back=false sparse=false`,
  '/backstores/fileio/disk0 set attribute emulate_tpu=1 emulate_tpws=1',
  '/backstores/ramdisk create name=rd0 size=6144',
  '/backstores/ramdisk create name=null0 size=32M nullio=true',
  '/backstores/block create name=blk0 dev=/dev/loop0',
  '/backstores/fileio/disk1/alua create name=siteb tag=16',
  '/backstores/fileio/disk1/alua/siteb set alua alua_access_state=1',
  '/iscsi create',
  `/iscsi create ${name}lio`,
  `/iscsi/${name}lio create tpg2`,
  `/iscsi/${name}lio/tpg2 disable`,
  `/iscsi/${name}lio/tpg1/luns create /backstores/fileio/disk0`,
  `/iscsi/${name}lio/tpg1/luns create /backstores/block/blk0 9`,
  `/iscsi/${name}lio/tpg1/luns create /backstores/fileio/disk1 10`,
  `/iscsi/${name}lio/tpg1/luns/lun10 set alua alua_tg_pt_gp_name=siteb`,
  `/iscsi/${name}lio/tpg1/acls create ${host}one`,
  `/iscsi/${name}lio/tpg1/acls create ${host}two add_mapped_luns=false`,
  `/iscsi/${name}lio/tpg1/acls/${host}two create 5 0`,
  `/iscsi/${name}lio/tpg1/acls tag ${host}two farm`,
  `/iscsi/${name}lio/tpg1/acls/${host}one set auth userid=alice password=secretsecret12`,
  `/iscsi/${name}lio/tpg1 set attribute authentication=1`,
  `/iscsi/${name}lio/tpg1/portals delete 0.0.0.0 3260`,
  `/iscsi/${name}lio/tpg1/portals create 192.0.2.1 3261`,
  `/iscsi/${name}lio/tpg1/portals create ::0 3262`,
  '/iscsi set discovery_auth enable=1 userid=disc password=secret1234',
  '/loopback create naa.5001405d14f2e64a',
  '/loopback/naa.5001405d14f2e64a/luns create /backstores/ramdisk/rd0',
]
