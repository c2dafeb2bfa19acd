/**
 * Auth's registry, Globus Connect Server, Compute, and managing collections in Transfer with the official Python SDK,
 * unmodified, against a simulator on a port. Where it is not there, these tests are skipped.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { World } from "../src/index.ts"
import { linus, rosalind } from "./Browser.ts"
import { inPython, missing, server, slow } from "./Python.ts"

if (missing !== undefined) {
  describe("the official Python SDK", () => {
    it("is there", ({ skip }) => skip(missing))
  })
} else {
  const [tutorial1, tutorial2, cluster] = World.defaultWorld.collections
  const [nodes] = World.defaultWorld.gcs_endpoints!
  const [ridgeline] = World.defaultWorld.compute_endpoints!
  const [hello] = World.defaultWorld.compute_functions!

  describe("the official Python SDK", () => {
    it.live(
      "registers projects, clients, policies and scopes, and logs in with what it made",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import AuthClient, ConfidentialAppAuthClient, NativeAppAuthClient
auth = AuthClient(app=user_app(), app_scopes=[AuthClient.scopes.openid, AuthClient.scopes.manage_projects, AuthClient.scopes.view_identity_set])
project = auth.create_project("Python", "python@example.org", admin_ids=["${rosalind}"])["project"]["id"]
result["projects"] = [p["display_name"] for p in auth.get_projects()]
client = auth.create_client("Made", project=project, client_type="confidential_client")["client"]["id"]
secret = auth.create_client_credential(client, "key")["credential"]["secret"]
made = ConfidentialAppAuthClient(client, secret)
result["token"] = made.oauth2_client_credentials_tokens(requested_scopes="openid").by_resource_server["auth.globus.org"]["scope"]
policy = auth.create_policy(project_id=project, display_name="P", description="p", high_assurance=True, authentication_assurance_timeout=60)["policy"]
result["policy"] = auth.update_policy(policy["id"], display_name="Q")["policy"]["display_name"]
scope = auth.create_scope(client, "Read", "Read things", "read")["scope"]["scope_string"]
result["scopes"] = [s["name"] for s in auth.get_scopes(scope_strings=[scope])]
result["clients"] = [c["name"] for c in auth.get_clients()["clients"]]
result["set"] = [i["username"] for i in auth.userinfo()["identity_set"]]
instance = NativeAppAuthClient("${World.nativeClientId}").create_native_app_instance("${World.nativeClientId}", "here")
result["instance"] = "secret" in (instance.data.get("client", {}).get("included") or instance.data.get("included"))["client_credential"]
try:
    auth.delete_project(project)
except globus_sdk.AuthAPIError as error:
    result["error"] = [error.http_status, error.code]
`)
          expect(result).toEqual({
            projects: ["Python"],
            token: "openid",
            policy: "Q",
            scopes: ["Read"],
            clients: ["Made"],
            set: ["rosalind@example.org"],
            instance: true,
            error: [409, "CONFLICT"]
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "administers a server of its own",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import GCSClient, MappedCollectionDocument, GuestCollectionDocument, StorageGatewayDocument, UserCredentialDocument
from globus_sdk.scopes import GCSEndpointScopes
app = user_app(auto_redrive_gares=True)
transfer = TransferClient(app=app)
address = transfer.get_endpoint("${nodes!.id}")["gcs_manager_url"]
# The SDK takes addresses with https only; this one is on this machine.
class Local(GCSClient):
    def __init__(self, address, **kw):
        super().__init__("https://simulated.example.org", **kw)
        self.base_url = address + "/api/"
    @property
    def endpoint_client_id(self):
        return "${nodes!.id}"
    @property
    def resource_server(self):
        return "${nodes!.id}"
scopes = GCSEndpointScopes("${nodes!.id}")
gcs = Local(address, app=app, app_scopes=[scopes.manage_collections])
result["info"] = gcs.get_gcs_info()["endpoint_id"]
result["endpoint"] = gcs.get_endpoint()["display_name"]
gateway = gcs.create_storage_gateway(StorageGatewayDocument(display_name="Python")).data["id"]
result["gateways"] = [g["display_name"] for g in gcs.get_storage_gateway_list()]
made = gcs.create_collection(MappedCollectionDocument(storage_gateway_id=gateway, collection_base_path="/", display_name="Made by Python")).data["id"]
result["collections"] = [c["display_name"] for c in gcs.get_collection_list()]
credential = gcs.create_user_credential(UserCredentialDocument(storage_gateway_id=gateway)).data["id"]
guest = GuestCollectionDocument(mapped_collection_id=made, user_credential_id=credential, collection_base_path="/", display_name="Shared by Python")
result["guest"] = gcs.create_collection(guest).data["collection_type"]
result["transfer"] = transfer.get_endpoint(made)["entity_type"]
result["role"] = gcs.create_role({"DATA_TYPE": "role#1.0.0", "principal": "urn:globus:auth:identity:${linus}", "role": "activity_monitor", "collection": made}).data["role"]
gcs.update_storage_gateway(gateway, StorageGatewayDocument(additional_fields={"restrict_paths": {"DATA_TYPE": "path_restrictions#1.0.0", "none": ["/private"]}}))
transfer.add_app_data_access_scope(made)
result["made"] = transfer.operation_mkdir(made, "/open")["code"]
try:
    transfer.operation_mkdir(made, "/private/secret")
except globus_sdk.TransferAPIError as error:
    result["closed"] = [error.http_status, error.code]
gcs.update_storage_gateway(gateway, StorageGatewayDocument(allowed_domains=["lab.example.edu"]))
try:
    user_app_transfer = TransferClient(authorizer=app.get_authorizer("transfer.api.globus.org"))
    user_app_transfer.operation_ls(made)
except globus_sdk.TransferAPIError as error:
    result["domains"] = error.info.authorization_parameters.session_required_single_domain
try:
    gcs.delete_storage_gateway(gateway)
except globus_sdk.GCSAPIError as error:
    result["error"] = [error.http_status, error.code, error.detail_data_type]
`)
          expect(result).toEqual({
            info: nodes!.id,
            endpoint: "Ridgeline Data Transfer Nodes",
            gateways: ["Scratch", "Python"],
            collections: ["Made by Python"],
            guest: "guest",
            transfer: "GCSv5_mapped_collection",
            role: "activity_monitor",
            made: "DirectoryCreated",
            closed: [403, "EndpointPermissionDenied"],
            domains: ["lab.example.edu"],
            error: [409, "conflict", "resource_conflict#1.0.0"]
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "runs functions",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import ComputeClientV2, ComputeClientV3
app = user_app()
v2, v3 = ComputeClientV2(app=app), ComputeClientV3(app=app)
result["endpoints"] = [e["name"] for e in v2.get_endpoints(role="any").data]
result["status"] = v2.get_endpoint_status("${ridgeline!.id}")["status"]
submitted = v3.submit("${ridgeline!.id}", {"tasks": {"${hello!.id}": ["x", "y"]}})
tasks = submitted["tasks"]["${hello!.id}"]
deadline = time.time() + 20
while time.time() < deadline and v2.get_task(tasks[0])["status"] != "success":
    time.sleep(0.2)
result["result"] = v2.get_task(tasks[0])["result"]
result["group"] = len(v2.get_task_group(submitted["task_group_id"])["tasks"])
mine = v3.register_endpoint({"endpoint_name": "mine", "metadata": {}})["endpoint_id"]
result["locked"] = v3.lock_endpoint(mine)["endpoint_id"] == mine
try:
    v2.get_function("${linus}")
except globus_sdk.ComputeAPIError as error:
    result["error"] = [error.http_status, error.code]
`)
          expect(result).toEqual({
            endpoints: ["ridgeline"],
            status: "online",
            result: "Hello from a simulated cluster!",
            group: 2,
            locked: true,
            error: [404, "FUNCTION_NOT_FOUND"]
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "gives access to collections, manages what others do there, and reads files over HTTPS",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
app = user_app()
transfer = TransferClient(app=app)
app.add_scope_requirements({"${tutorial1!.id}": GCSCollectionScopes("${tutorial1!.id}").https})
rule = transfer.add_endpoint_acl_rule("${tutorial1!.id}", {"DATA_TYPE": "access", "principal_type": "identity", "principal": "${linus}", "path": "/home/", "permissions": "r"})["access_id"]
result["rules"] = [r["principal_type"] for r in transfer.endpoint_acl_list("${tutorial1!.id}")]
transfer.delete_endpoint_acl_rule("${tutorial1!.id}", rule)
role = transfer.add_endpoint_role("${tutorial1!.id}", {"DATA_TYPE": "role", "principal_type": "identity", "principal": "${linus}", "role": "activity_manager"})["id"]
result["roles"] = [r["role"] for r in transfer.endpoint_role_list("${tutorial1!.id}")]
pause = transfer.endpoint_manager_create_pause_rule({"DATA_TYPE": "pause_rule", "endpoint_id": "${tutorial1!.id}", "message": "Wait"})["id"]
data = TransferData("${tutorial1!.id}", "${tutorial2!.id}")
data.add_item("/home/share/godata/README.md", "/~/README.md")
task = transfer.submit_transfer(data)["task_id"]
result["paused"] = transfer.endpoint_manager_get_task(task)["is_paused"]
result["info"] = [r["message"] for r in transfer.task_pause_info(task)["pause_rules"]]
transfer.endpoint_manager_delete_pause_rule(pause)
result["done"] = transfer.task_wait(task, timeout=20, polling_interval=1)
result["tasks"] = [t["task_id"] == task for t in transfer.paginated.endpoint_manager_task_list(filter_status="SUCCEEDED", filter_endpoint="${tutorial1!.id}").items()]
server = transfer.get_endpoint("${tutorial1!.id}")["https_server"]
token = app.get_authorizer("${tutorial1!.id}").get_authorization_header()
file = requests.get(server + "/home/rosalind/README.txt", headers={"Authorization": token, "Range": "bytes=0-3"})
result["file"] = [file.status_code, file.text]
result["put"] = requests.put(server + "/home/rosalind/up.txt", data="up", headers={"Authorization": token}).status_code
result["stat"] = transfer.operation_stat("${tutorial1!.id}", "/~/up.txt")["size"]
result["nobody"] = requests.get(transfer.get_endpoint("${cluster!.id}")["https_server"] + "/x", headers={"X-Requested-With": "XMLHttpRequest"}).status_code
`)
          expect(result).toEqual({
            rules: ["all_authenticated_users", "identity"],
            roles: ["activity_manager"],
            paused: true,
            info: ["Wait"],
            done: true,
            tasks: [true],
            file: [206, "Your"],
            put: 201,
            stat: 2,
            nobody: 401
          })
        }).pipe(Effect.provide(server)),
      slow
    )
  })
}
