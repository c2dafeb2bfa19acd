/**
 * The official Python SDK, unmodified, against a simulator on a port. It keeps the simulator honest. Where it is not
 * there, these tests are skipped.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Simulator, World } from "../src/index.ts"
import { inPython, missing, server, slow } from "./Python.ts"

if (missing !== undefined) {
  describe("the official Python SDK", () => {
    it("is there", ({ skip }) => skip(missing))
  })
} else {
  const [tutorial1, tutorial2, cluster, archive] = World.defaultWorld.collections
  const [, archiving] = World.defaultWorld.flows!

  describe("the official Python SDK", () => {
    it.live(
      "logs a user in once, verifies who that is, and lists, transfers and waits",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
with user_app() as app:
    transfer = TransferClient(app=app)
    flows = FlowsClient(app=app)
    result["endpoint"] = transfer.get_endpoint("${tutorial1!.id}")["display_name"]
    result["found"] = [e["display_name"] for e in transfer.endpoint_search("tutorial astronomy")]
    result["pages"] = [e["display_name"] for e in transfer.paginated.endpoint_search(filter_scope="my-endpoints", limit=1).items()]
    result["files"] = [f["name"] for f in transfer.operation_ls("${tutorial1!.id}", path="/home/share/godata/", orderby=["size DESC"], limit=2, filter={"type": "file"})]
    transfer.operation_mkdir("${tutorial2!.id}", "/~/made/")
    transfer.operation_rename("${tutorial2!.id}", "/~/made/", "/~/renamed/")
    result["stat"] = transfer.operation_stat("${tutorial2!.id}", "/~/renamed/")["type"]
    data = TransferData("${tutorial1!.id}", "${tutorial2!.id}", label="python", sync_level="checksum")
    data.add_item("/home/share/godata/", "/~/godata/", recursive=True)
    data.add_filter_rule("*.md")
    task_id = transfer.submit_transfer(data)["task_id"]
    result["done"] = transfer.task_wait(task_id, timeout=20, polling_interval=1)
    task = transfer.get_task(task_id)
    result["task"] = [task["status"], task["label"], task["files"], task["files_transferred"]]
    result["copied"] = [f["name"] for f in transfer.operation_ls("${tutorial2!.id}", path="/~/godata/")]
    result["tasks"] = [t["label"] for t in transfer.paginated.task_list(filter={"status": ["SUCCEEDED"]}).items()]
    result["successful"] = len(list(transfer.paginated.task_successful_transfers(task_id).items()))
    result["events"] = [e["code"] for e in transfer.task_event_list(task_id)]
    result["flows"] = [f["title"] for f in flows.paginated.list_flows(query_params={"per_page": 1}).items()]
    result["logins"] = len(logins)
    identity = app.token_storage.get_token_data("transfer.api.globus.org").identity_id
    result["identity"] = identity
    auth = globus_sdk.AuthClient(app=app)
    result["userinfo"] = auth.userinfo()["preferred_username"]
    result["identities"] = [i["name"] for i in auth.get_identities(usernames=["linus@lab.example.edu"])["identities"]]
`)
          expect(result).toEqual({
            endpoint: "Globus Tutorial Collection 1",
            found: ["Globus Tutorial Collection 1"],
            pages: ["Globus Tutorial Collection 1", "Ridgeline Cluster Scratch"],
            files: ["exposure-003.fits", "exposure-005.fits"],
            stat: "dir",
            done: true,
            task: ["SUCCEEDED", "python", 6, 6],
            copied: [
              "exposure-001.fits",
              "exposure-002.fits",
              "exposure-003.fits",
              "exposure-004.fits",
              "exposure-005.fits",
              "observing-log.txt"
            ],
            tasks: ["python"],
            successful: 6,
            events: ["SUCCEEDED", "PROGRESS", "STARTED"],
            flows: World.defaultWorld.flows!.map(({ title }) => title),
            logins: 1,
            identity: World.defaultWorld.identities[0].id,
            userinfo: "rosalind@example.org",
            identities: ["Linus Marchetti"]
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "renews tokens, is asked for consents, and logs out",
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator
          const result = yield* inPython(`
app = user_app(request_refresh_tokens=True, auto_redrive_gares=True)
transfer = TransferClient(app=app)
transfer.get_endpoint("${cluster!.id}")
stored = app.token_storage.get_token_data("transfer.api.globus.org")
result["refreshable"] = stored.refresh_token is not None
requests.post("${simulator.url}auth/v2/oauth2/token/revoke", data={"token": "nonsense", "client_id": "${World.nativeClientId}"}).raise_for_status()
old = stored.access_token
from dataclasses import replace
expired = globus_sdk.token_storage.TokenStorageData.from_dict({**stored.to_dict(), "expires_at_seconds": 1})
app.token_storage.store_token_data_by_resource_server({"transfer.api.globus.org": expired})
app._authorizer_factory.clear_cache("transfer.api.globus.org")
transfer.get_endpoint("${cluster!.id}")
result["renewed"] = app.token_storage.get_token_data("transfer.api.globus.org").access_token != old
result["redriven"] = [f["name"] for f in transfer.operation_ls("${cluster!.id}", path="/~/")]
result["logins"] = len(logins)
transfer.add_app_data_access_scope("${archive!.id}")
result["asked"] = [f["name"] for f in transfer.operation_ls("${archive!.id}", path="/~/")]
result["more_logins"] = len(logins)
consents = globus_sdk.AuthClient(app=app).get_consents(app.token_storage.get_token_data("transfer.api.globus.org").identity_id).to_forest()
result["forest"] = consents.meets_scope_requirements(TransferScopes.all.with_dependency(GCSCollectionScopes("${archive!.id}").data_access))
token = app.token_storage.get_token_data("transfer.api.globus.org").access_token
app.logout()
result["after"] = requests.get("${simulator.url}transfer/v0.10/endpoint/${cluster!.id}", headers={"Authorization": "Bearer " + token}).status_code
`)
          expect(result).toEqual({
            refreshable: true,
            renewed: true,
            redriven: [".bashrc", "lattice-qcd"],
            logins: 2,
            asked: ["MANIFEST.tsv"],
            more_logins: 3,
            forest: true,
            after: 401
          })
          expect((yield* simulator.activity).refreshes).toBe(1)
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "starts a flow, and follows its run",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
app = user_app()
flows = FlowsClient(app=app)
flow = SpecificFlowClient("${archiving!.id}", app=app)
run_id = flow.run_flow({"exposures": 0}, label="python")["run_id"]
deadline = time.time() + 20
while flows.get_run(run_id)["status"] == "ACTIVE" and time.time() < deadline:
    time.sleep(0.2)
result["run"] = [flows.get_run(run_id)[key] for key in ("status", "label")]
result["log"] = [e["code"] for e in flows.paginated.get_run_logs(run_id, limit=2).items()]
result["runs"] = len(list(flows.paginated.list_runs().items()))
try:
    flow.run_flow({"exposures": "many"})
except globus_sdk.FlowsAPIError as error:
    result["error"] = [error.http_status, error.code]
created = flows.create_flow("python", {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, {})
result["created"] = flows.update_flow(created["id"], subtitle="s")["subtitle"]
flows.delete_flow(created["id"])
`)
          expect(result).toEqual({
            run: ["FAILED", "python"],
            log: ["FlowStarted", "ChoiceStarted", "ChoiceCompleted", "FailStarted", "FlowFailed"],
            runs: 1,
            error: [400, "FLOW_INPUT_ERROR"],
            created: "s"
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "filters what it lists, checks what it transfers, and hears why a transfer does not get on",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
transfer = TransferClient(app=user_app())
godata = "/home/share/godata/"
def names(**query):
    return [f["name"] for f in transfer.operation_ls("${tutorial1!.id}", path=godata, **query)]
result["filtered"] = names(filter={"name": ["~*.md", "~*.txt", "!nothing"], "type": "file"}, orderby=["size DESC", "name"])
result["both"] = names(filter=["name:!~*.fits", {"size": ">50"}])
def error_of(call):
    try:
        call()
    except globus_sdk.GlobusAPIError as error:
        return [error.http_status, error.code]
result["wrong"] = [error_of(lambda: names(filter="colour:red")), error_of(lambda: names(orderby="colour"))]
def submit(source, target, **options):
    data = TransferData("${tutorial1!.id}", "${tutorial2!.id}", **options.pop("data", {}))
    data.add_item(godata + source, "/~/checked/" + target, **options)
    task = transfer.submit_transfer(data)["task_id"]
    transfer.task_wait(task, timeout=20, polling_interval=1)
    return task
import hashlib
content = "# M101\\n\\nExposures of the spiral galaxy M101 in one night. They are simulated.\\n"
right = hashlib.sha256(content.encode()).hexdigest()
task = submit("README.md", "right", external_checksum=right, checksum_algorithm="SHA256")
result["checked"] = [[f["checksum_algorithm"], f["checksum"] == right] for f in transfer.paginated.task_successful_transfers(task).items()]
result["failed"] = transfer.get_task(submit("README.md", "wrong", external_checksum="0" * 32))["fatal_error"]["code"]
import datetime
soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
task = submit("nothing", "nothing", data={"deadline": soon})
result["missing"] = [transfer.get_task(task)["status"], [e["code"] for e in transfer.task_event_list(task)]]
task = submit("nothing", "nothing", data={"skip_source_errors": True})
result["skipped"] = [e["error_code"] for e in transfer.paginated.task_skipped_errors(task).items()]
`)
          expect(result).toEqual({
            filtered: ["README.md", "observing-log.txt"],
            both: ["README.md"],
            wrong: [
              [400, "BadRequest"],
              [400, "BadRequest"]
            ],
            checked: [["SHA256", true]],
            failed: "VERIFY_CHECKSUM",
            missing: ["FAILED", ["EXPIRED", "FILE_NOT_FOUND", "STARTED"]],
            skipped: ["FILE_NOT_FOUND"]
          })
        }).pipe(Effect.provide(Layer.fresh(server))),
      slow
    )

    it.live(
      "works as a client with its own credentials, and understands errors",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
app = client_app()
transfer = TransferClient(app=app)
result["endpoint"] = transfer.get_endpoint("${tutorial2!.id}")["display_name"]
def error_of(call):
    try:
        call()
    except globus_sdk.GlobusAPIError as error:
        return [error.http_status, error.code]
result["missing"] = error_of(lambda: transfer.get_endpoint("${World.nativeClientId}"))
result["exists"] = error_of(lambda: transfer.operation_ls("${tutorial2!.id}", path="/nowhere"))
result["consent"] = error_of(lambda: transfer.operation_ls("${cluster!.id}", path="/"))
try:
    transfer.operation_ls("${cluster!.id}", path="/")
except globus_sdk.TransferAPIError as error:
    result["scopes"] = error.info.consent_required.required_scopes
client = globus_sdk.ConfidentialAppAuthClient("${World.confidentialClientId}", "${World.confidentialClientSecret}")
tokens = client.oauth2_client_credentials_tokens(requested_scopes=["openid", TransferScopes.all])
token = tokens.by_resource_server["transfer.api.globus.org"]["access_token"]
result["introspected"] = client.oauth2_token_introspect(token)["active"]
client.oauth2_revoke_token(token)
result["revoked"] = client.oauth2_token_introspect(token)["active"]
wrong = globus_sdk.ConfidentialAppAuthClient("${World.confidentialClientId}", "wrong")
result["wrong"] = error_of(lambda: wrong.oauth2_client_credentials_tokens(requested_scopes=["openid"]))
`)
          expect(result).toEqual({
            endpoint: "Globus Tutorial Collection 2",
            missing: [404, "EndpointNotFound"],
            exists: [404, "ClientError.NotFound"],
            consent: [403, "ConsentRequired"],
            scopes: [
              `urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/${cluster!.id}/data_access]`
            ],
            introspected: true,
            revoked: false,
            wrong: [401, null]
          })
        }).pipe(Effect.provide(Layer.fresh(server))),
      slow
    )
  })
}
