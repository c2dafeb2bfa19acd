/** The service that is measured against: it answers two requests from memory, as fast as Node can. */
import * as Http from "node:http"

const collection = {
  DATA_TYPE: "endpoint",
  id: "6c54cade-bde5-45c1-bdea-f4bd71dba2cc",
  display_name: "Globus Tutorial Collection 1",
  canonical_name: "u_x#6c54cade",
  owner_id: "ae341a98-d274-11e5-b888-dbae3a8ba545",
  owner_string: "tutorial@globus.org",
  description: "A collection for tutorials",
  organization: "Globus",
  department: null,
  keywords: "tutorial,example",
  entity_type: "GCSv5_mapped_collection",
  public: true,
  high_assurance: false,
  force_encryption: false,
  disable_verify: false,
  acl_available: false,
  acl_editable: false,
  in_use: false,
  my_effective_roles: [],
  subscription_id: "f9fe1b7d-0000-4000-8000-000000000001",
  tlsftp_server: "tlsftp://example.data.globus.org:443",
  https_server: "https://example.data.globus.org",
  gcs_manager_url: "https://example.data.globus.org",
  network_use: "normal",
  last_accessed_time: "2026-01-01T00:00:00+00:00"
}

const listing = {
  DATA_TYPE: "file_list",
  endpoint: collection.id,
  path: "/~/",
  absolute_path: "/home/u_x/",
  rename_supported: true,
  symlink_supported: true,
  length: 100,
  total: 100,
  DATA: Array.from({ length: 100 }, (_, index) => ({
    DATA_TYPE: "file",
    name: `file-${index}.txt`,
    type: "file",
    size: index * 1000,
    last_modified: "2026-01-01 00:00:00+00:00",
    permissions: "0644",
    user: "u_x",
    group: "u_x",
    link_target: null,
    link_size: null,
    link_user: null,
    link_group: null,
    link_last_modified: null
  }))
}

const endpointBody = Buffer.from(JSON.stringify(collection))
const listingBody = Buffer.from(JSON.stringify(listing))

Http.createServer((request, response) => {
  const body = request.url?.includes("/ls") === true ? listingBody : endpointBody
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length })
  response.end(body)
}).listen(0, "127.0.0.1", function (this: Http.Server) {
  const address = this.address()
  process.send?.(typeof address === "object" && address !== null ? address.port : 0)
})
