/** @lunkit/config: the configuration of an iSCSI target, which is LIO's saveconfig.json: read, checked, planned, written. */
import './node-version.ts'

export type { DocumentChange } from './changes/document-changes.ts'
export { DocumentChangeKind, documentChanges } from './changes/document-changes.ts'
export { difference } from './difference/difference.ts'
export { emptyPlan } from './difference/empty-plan.ts'
export type {
  AccessStep,
  DiskStep,
  GroupStep,
  LunStep,
  PlanStep,
  PortalStep,
  ServerStep,
  TargetStep,
} from './difference/plan-step.ts'
export { StorageChange, storageChanges } from './difference/storage-changes.ts'
export {
  checkConfiguration,
  formatConfiguration,
  parseConfiguration,
  readConfiguration,
  withPartsOf,
} from './document.ts'
export type { Edit } from './edits/edit.ts'
export { EditError, EditFault } from './edits/edit-error.ts'
export type { EditSources } from './edits/edit-sources.ts'
export { systemSources } from './edits/edit-sources.ts'
export type { EditArguments, EditCall, Edited, EditName } from './edits/edits.ts'
export { applyEdit, edits } from './edits/edits.ts'
export type { ValueMeaning, ValueMeanings } from './edits/value-meanings.ts'
export { valueMeanings } from './edits/value-meanings.ts'
export type { ValueCall, ValueGroup, ValueGroupName, Values } from './edits/values.ts'
export { readValues, valueGroups } from './edits/values.ts'
export type { Generation } from './generations.ts'
export { Generations } from './generations.ts'
export { ISCSI_PORT } from './iscsi-port.ts'
export type { JsonPath } from './json/path.ts'
export { formatPath } from './json/path.ts'
export type { Json, JsonObject } from './json/value.ts'
export { ExactNumber, isJsonObject } from './json/value.ts'
export { withSerials } from './made-serials.ts'
export { isIscsiName, normalizeIscsiName } from './names.ts'
export type { FindSecret, FoundSecret } from './plan/found-secret.ts'
export type { CredentialsPlan, IdentityPlan, LoginPlan, ProofPlan } from './plan/login-plan.ts'
export type { Notice } from './plan/notice.ts'
export { NoticeKind } from './plan/notice-kind.ts'
export { Planner, planServing } from './plan/plan.ts'
export { secretReferences } from './plan/secret-references.ts'
export type {
  AclPlan,
  DemoModePlan,
  DisabledGroupPlan,
  GroupPlan,
  IsnsServerPlan,
  LoginOffers,
  LunPlan,
  RedirectionPlan,
  RuleMatchPlan,
  RulePlan,
  SeenLunPlan,
  ServingPlan,
  TargetPlan,
  UnservedLun,
} from './plan/serving-plan.ts'
export type { StoragePlanBase, UnitAttributesPlan, UnitPlan } from './plan/storage-plan.ts'
export { withoutStorage } from './plan/without-storage.ts'
export type { BlockPlan } from './plugins/block.ts'
export type { FileioPlan } from './plugins/fileio.ts'
export type { PluginRow, PluginService, StorageObject } from './plugins/plugin.ts'
export { SizeSource } from './plugins/plugin.ts'
export type { Plugin, StoragePlan } from './plugins/plugins.ts'
export { plugins, presentPluginName } from './plugins/plugins.ts'
export type { PscsiPlan } from './plugins/pscsi.ts'
export type { RamdiskPlan } from './plugins/ramdisk.ts'
export type { PortalAddress } from './portal-address.ts'
export { formatPortal, parseAddress, parsePortal } from './portal-address.ts'
export { parseRedirectionAddress } from './redirection-address.ts'
export type { FileCalls, OpenFile } from './save.ts'
export { removeTemporaries, replaceFile, saveConfiguration } from './save.ts'
export type { Configuration } from './saveconfig.ts'
export type { Problem } from './schema/problem.ts'
export { ConfigError, formatProblem } from './schema/problem.ts'
export type { SecretReference } from './secret-reference.ts'
export { formatSecretReference } from './secret-reference.ts'
export type { AttributeHolder } from './storage-attribute.ts'
export { storageAttribute } from './storage-attribute.ts'
export type { StorageKey } from './storage-path.ts'
export { formatStorageKey, parseStoragePath } from './storage-path.ts'
export type {
  AclAttribute,
  AclAttributeValues,
  AclSettings,
  TpgAttribute,
  TpgAttributeValues,
  TpgSettings,
} from './tables/access-attributes.ts'
export { aclAttributes, tpgAttributes } from './tables/access-attributes.ts'
export { AluaState, aluaAttributes, aluaStateNames } from './tables/alua-attributes.ts'
export type { AttributeRow, AttributeSetting, AttributeTable, AttributeValue, WhenWrong } from './tables/attribute.ts'
export { AttributeKind, attributeInForce, attributeNumber } from './tables/attribute.ts'
export type { LayerSettings } from './tables/layer-settings.ts'
export type { LimitName, LimitRow, LimitSetting, LimitSettings } from './tables/limit-settings.ts'
export { limitSettings } from './tables/limit-settings.ts'
export { loginSettings, secretSettings } from './tables/login-settings.ts'
export { SERVED_LUNS } from './tables/lun-numbers.ts'
export type { Row, Setting, SettingsOf, Shortfall, ValuesInForce } from './tables/row.ts'
export { Change, KEPT } from './tables/row.ts'
export { serverSettings } from './tables/server-settings.ts'
export type { SettingRow } from './tables/setting.ts'
export type { StorageAttribute, StorageAttributeSettings, StorageAttributeValues } from './tables/storage-attributes.ts'
export { storageAttributes } from './tables/storage-attributes.ts'
export type { StorageSettings } from './tables/storage-settings.ts'
export { storageSettings } from './tables/storage-settings.ts'
export type { ParameterRow, ParameterSettings, TpgParameter } from './tables/tpg-parameters.ts'
export { ParameterKind, parameterInForce, tpgParameters } from './tables/tpg-parameters.ts'
export type { DrawOptions, TreePiece } from './tree/draw-tree.ts'
export { drawTree } from './tree/draw-tree.ts'
export type { EditWordsOptions, FoundBacking } from './tree/edit-messages.ts'
export type { DoneEdit } from './tree/edit-words.ts'
export { editWords } from './tree/edit-words.ts'
export type { InfoOptions } from './tree/info-lines.ts'
export { infoLines } from './tree/info-lines.ts'
export { NoSuchPath } from './tree/no-such-path.ts'
export { statusLine } from './tree/status-line.ts'
export { treeNode } from './tree/tree.ts'
export type { PortalFacts, StorageFacts, TreeFacts } from './tree/tree-facts.ts'
export type { Summary, TreeNode } from './tree/tree-node.ts'
export { NodeKind } from './tree/tree-node.ts'
export { naaDigits } from './unit-serial.ts'
