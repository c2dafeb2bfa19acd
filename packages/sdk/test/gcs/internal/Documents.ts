/** Documents as a server sends them, with all their fields. */

export const id = (digit: string): string =>
  `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`

export const collectionId = id("1")
export const gatewayId = id("2")
export const credentialId = id("3")
export const roleId = id("4")
export const nodeId = id("5")
export const policyId = id("6")
export const streamGatewayId = id("7")
export const lanSecretId = id("8")
export const identityId = id("9")
export const connectorId = "145812c8-decc-41f1-83cf-bb2a85a2a70b"
export const mappedId = id("a")
export const accessPointId = id("b")
export const tunnelId = id("c")

const restrictions = {
  DATA_TYPE: "path_restrictions#1.0.0",
  none: ["/private"],
  read: ["/"],
  read_write: ["/tmp"]
}

const presentation = {
  contact_email: "admin@example.edu",
  contact_info: "Room 7",
  department: "Physics",
  description: "All of it",
  display_name: "Beamline 7",
  info_link: "https://example.edu",
  keywords: ["x-ray", "data"],
  organization: "Example"
}

export const endpoint = {
  DATA_TYPE: "endpoint#1.2.0",
  ...presentation,
  id: "98ab3f78-e7c2-4ecd-857c-c0f5f3907880",
  allow_udt: false,
  earliest_last_access: "2024-01-01",
  gcs_manager_url: "https://abc.xyz.data.globus.org",
  gridftp_control_channel_port: 443,
  max_concurrency: 4,
  max_parallelism: 8,
  network_use: "custom",
  preferred_concurrency: 2,
  preferred_parallelism: 4,
  public: true,
  subscription_id: null,
  invented_later: { deep: [1, null] }
}

export const info = {
  DATA_TYPE: "info#1.0.0",
  api_version: "1.29.0",
  client_id: "98ab3f78-e7c2-4ecd-857c-c0f5f3907880",
  domain_name: "abc.xyz.data.globus.org",
  endpoint_id: id("d"),
  manager_version: "5.4.76"
}

export const connector = {
  DATA_TYPE: "connector#1.1.0",
  display_name: "POSIX",
  id: connectorId,
  is_baa: false,
  is_ha: true,
  version: "1.0"
}

export const domain = {
  DATA_TYPE: "domain#1.0.0",
  certificate: "-----BEGIN CERTIFICATE-----",
  certificate_chain: null,
  certificate_chain_path: null,
  certificate_path: "/etc/pki/data.pem",
  domain_name: "data.example.edu",
  private_key_path: "/etc/pki/data.key",
  wildcard: false
}

export const mapped = {
  DATA_TYPE: "collection#1.16.0",
  ...presentation,
  id: collectionId,
  acl_expiration_mins: null,
  allow_guest_collections: true,
  associated_flow_policy: { transfer: { source: { flow: id("e") }, destination: null } },
  authentication_timeout_mins: 15840,
  auto_delete_timeout: null,
  collection_base_path: "/data",
  collection_type: "mapped",
  connector_id: connectorId,
  created_at: "2026-01-01",
  default_directory: "/~/",
  delete_protected: true,
  deleted: false,
  disable_anonymous_writes: true,
  disable_verify: false,
  domain,
  domain_name: "data.example.edu",
  enable_https: true,
  force_encryption: false,
  force_verify: false,
  guest_auth_policy_id: null,
  high_assurance: false,
  https_methods: ["GET", "PATCH"],
  https_url: "https://data.example.edu",
  identity_id: identityId,
  last_access: null,
  manager_url: "https://abc.xyz.data.globus.org",
  policies: {
    DATA_TYPE: "posix_collection_policies#1.1.0",
    sharing_groups_allow: ["staff"],
    sharing_groups_deny: null
  },
  preserve_modtime: null,
  public: true,
  require_mfa: false,
  restrict_transfers_to_high_assurance: null,
  root_path: "/data",
  sharing_restrict_paths: restrictions,
  sharing_users_allow: null,
  sharing_users_deny: ["root"],
  storage_gateway_id: gatewayId,
  subscription_admin_verified: false,
  tlsftp_url: "tlsftp://data.example.edu:443",
  user_message: null,
  user_message_link: null,
  invented_later: { deep: [1, null] }
}

export const guest = {
  DATA_TYPE: "collection#1.14.0",
  id: collectionId,
  activity_notification_policy: { status: ["FAILED"], transfer_use: ["destination"] },
  collection_base_path: "/results",
  collection_type: "guest",
  display_name: "Results",
  mapped_collection_id: mappedId,
  public: false,
  skip_auto_delete: true,
  storage_gateway_id: gatewayId,
  user_credential_id: credentialId
}

export const check = {
  DATA_TYPE: "check_result#1.0.0",
  id: collectionId,
  message: "The certificate has expired",
  error: { code: "expired" }
}

export const batch = { DATA_TYPE: "batch#1.0.0", ids: [collectionId] }

export const gateway = {
  DATA_TYPE: "storage_gateway#1.3.0",
  id: gatewayId,
  admin_managed_credentials: false,
  allowed_domains: ["example.edu"],
  authentication_assurance_timeout: 15840,
  authentication_timeout_mins: 15840,
  connector_id: connectorId,
  deleted: false,
  display_name: "Cluster",
  high_assurance: false,
  identity_mappings: [
    {
      DATA_TYPE: "expression_identity_mapping#1.0.0",
      mappings: [
        {
          source: "{username}",
          match: "(.*)@example\\.edu",
          output: "{0}",
          ignore_case: true,
          literal: false
        }
      ]
    },
    { DATA_TYPE: "external_identity_mapping#1.0.0", command: ["/usr/local/bin/map", "-v"] },
    { DATA_TYPE: "quantum_identity_mapping#1.0.0", state: "both" }
  ],
  load_dsi_module: null,
  max_concurrency: 4,
  max_parallelism: 8,
  network_use: "normal",
  policies: { DATA_TYPE: "posix_storage_policies#1.0.0", groups_allow: ["staff"], groups_deny: null },
  preferred_concurrency: 2,
  preferred_parallelism: 4,
  process_user: null,
  require_high_assurance: false,
  require_mfa: false,
  restrict_paths: restrictions,
  users_allow: null,
  users_deny: ["root"]
}

export const credential = {
  DATA_TYPE: "user_credential#1.0.0",
  id: credentialId,
  connector_id: connectorId,
  deleted: false,
  display_name: null,
  home_directory: "/home/jane",
  identity_id: identityId,
  invalid: false,
  policies: { DATA_TYPE: "posix_user_credential_policies#1.0.0" },
  provisioned: false,
  storage_gateway_id: gatewayId,
  username: "jane"
}

export const role = {
  DATA_TYPE: "role#1.0.0",
  id: roleId,
  collection: null,
  principal: `urn:globus:auth:identity:${identityId}`,
  role: "administrator"
}

export const node = {
  DATA_TYPE: "node#1.3.0",
  id: nodeId,
  data_interface: "203.0.113.8",
  data_interface6: null,
  incoming_port_range: [50000, 51000],
  internal_stream_port_range: [52000, 53000],
  ip_addresses: ["203.0.113.7"],
  lan_addresses: [{ address: "10.0.0.7", network_name: null }],
  outgoing_port_range: [50000, 51000],
  status: "active"
}

export const sharingPolicy = {
  DATA_TYPE: "sharing_policy#1.0.0",
  id: policyId,
  collection_id: collectionId,
  sharing_restrict_paths: restrictions,
  users: ["jane"]
}

export const streamGateway = {
  DATA_TYPE: "stream_gateway#1.1.0",
  ...presentation,
  id: streamGatewayId,
  allowed_domains: ["example.edu"],
  authentication_timeout_mins: null,
  deleted: false,
  domain_name: "stream.example.edu",
  identity_mappings: null,
  lan_name: "hall-3",
  lan_secret_required: true,
  run_as_local_user: false,
  tlsftp_url: "tlsftp://stream.example.edu:443",
  users_allow: null,
  users_deny: null
}

export const lanSecret = {
  DATA_TYPE: "lan_secret#1.0.0",
  id: lanSecretId,
  identity_id: identityId,
  expires: 1_800_000_000,
  stream_access_point_id: accessPointId,
  tunnel_id: tunnelId,
  username: "jane"
}
