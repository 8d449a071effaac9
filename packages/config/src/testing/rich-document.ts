const target = 'iqn.2026-11.com.example:disk'
const initiator = 'iqn.1994-05.com.redhat:one'
const login = { chap_algorithms: 'SHA256,MD5', require_mutual_chap: true }

/** A document that has something of everything that a configuration may have. */
export const richDocument: object = {
  fabric_modules: [{ name: 'iscsi', discovery_enable_auth: true, userid: 'd', password: 'discovery1234' }],
  lunkit: {
    poll_us: 50,
    lanes: 3,
    limits: { connections: 512 },
    storage_objects: [
      {
        ...{ storage_object: '/backstores/fileio/f', physical_block_size: 4096, removable: true, vendor_id: 'ACME' },
        ...{ log: 'errors', limit_iops: 1000, verify: true, verify_path: '/srv/f.verify' },
        ...{ delay_ms: 5, delay_operation: 'read', fault: 'io', fault_operation: 'write', fault_after: 9 },
      },
    ],
    redirections: [{ target, tag: 2, address: '192.0.2.7:3261', initiator, permanent: true }],
    authentication: [{ target, tag: 1, initiator, ...login, password: { file: '/run/secret' } }],
    discovery: { chap_algorithms: 'SHA256' },
    isns: [{ server: '192.0.2.9:3205', entity: 'storage1.example.com' }],
    access_rules: [
      {
        ...{ target, tag: 1, initiators: '192.0.2.0/24', authentication: 0, write_protect: true },
        mapped_luns: [{ index: 4, tpg_lun: 0, write_protect: true }],
      },
    ],
    discovery_portals: [{ target, tag: 1, ip_address: '10.0.0.2', port: 3260 }],
  },
  storage_objects: [
    {
      ...{ plugin: 'fileio', name: 'f', dev: '/srv/f.img', size: 1_048_576, write_back: true },
      wwn: '00000000-0000-4000-8000-0000000000aa',
      attributes: { block_size: 512, emulate_tpu: 1, emulate_write_cache: 1, queue_depth: 128, is_nonrot: 1 },
      alua_tpgs: [
        {
          name: 'siteb',
          tg_pt_gp_id: 16,
          alua_access_state: 0,
          alua_access_type: 3,
          preferred: 1,
          implicit_trans_secs: 5,
        },
      ],
    },
    { plugin: 'ramdisk', name: 'r', size: 2_097_152, nullio: false, wwn: 'serial-r' },
    { plugin: 'block', name: 'b', dev: '/dev/sdb', readonly: true, wwn: 'serial-b' },
    { plugin: 'pscsi', name: 'p', dev: '/dev/sg0' },
  ],
  targets: [
    {
      ...{ fabric: 'iscsi', wwn: target, parameters: { TargetAlias: 'disks' } },
      tpgs: [
        {
          ...{ tag: 1, enable: true, chap_userid: 'u', chap_password: 'secretsecret1' },
          attributes: { authentication: 1, generate_node_acls: 1, demo_mode_write_protect: 0, default_cmdsn_depth: 32 },
          parameters: { AuthMethod: 'CHAP', ImmediateData: 'Yes', MaxBurstLength: '262144', MaxConnections: '1' },
          luns: [
            { index: 0, storage_object: '/backstores/fileio/f', alua_tg_pt_gp_name: 'siteb', alias: 'a1' },
            { index: 3, storage_object: '/backstores/ramdisk/r' },
            { index: 5, storage_object: '/backstores/block/b' },
            { index: 6, storage_object: '/backstores/pscsi/p' },
          ],
          portals: [
            { ip_address: '10.0.0.1', port: 3260, iser: false, offload: false },
            { ip_address: '10.0.0.2', port: 3260 },
          ],
          node_acls: [
            {
              ...{ node_wwn: initiator, tag: 'farm', chap_userid: 'u', chap_password: 'secretsecret2' },
              ...{ chap_mutual_userid: 'm', chap_mutual_password: 'secretsecret3' },
              attributes: { authentication: -1, nopin_timeout: 15 },
              mapped_luns: [
                { index: 0, tpg_lun: 0, write_protect: false, alias: 'a2' },
                { index: 1, tpg_lun: 3 },
              ],
            },
            { node_wwn: 'iqn.1994-05.com.redhat:two', mapped_luns: [] },
          ],
        },
        { tag: 2, enable: true, luns: [], portals: [{ ip_address: '10.0.0.3', port: 3260 }], node_acls: [] },
        { tag: 3, enable: false, luns: [], portals: [{ ip_address: '10.0.0.1', port: 3260 }], node_acls: [] },
      ],
    },
  ],
}
