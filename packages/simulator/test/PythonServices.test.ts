/**
 * Groups, Search and Timers with the official Python SDK, unmodified, against a simulator on a port. Where it is not
 * there, these tests are skipped.
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
  const [observatory, , university] = World.defaultWorld.groups!
  const [images] = World.defaultWorld.indices!
  const [nightly] = World.defaultWorld.timers!
  const [tutorial1, tutorial2, cluster] = World.defaultWorld.collections
  const [moving, archiving] = World.defaultWorld.flows!

  describe("the official Python SDK", () => {
    it.live(
      "lists groups, creates them, and changes who belongs to them",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import GroupsManager, BatchMembershipActions, GroupRole, GroupPolicies, GroupVisibility, GroupMemberVisibility
groups = GroupsClient(app=user_app(), app_scopes=[GroupsClient.scopes.all])
result["mine"] = [g["name"] for g in groups.get_my_groups()]
result["invited"] = [g["name"] for g in groups.get_my_groups(statuses="invited")]
result["members"] = [m["username"] for m in groups.get_group("${observatory!.id}", include="memberships")["memberships"]]
manager = GroupsManager(groups)
group_id = manager.create_group("python", "made by Python")["id"]
manager.set_group_policies(group_id, is_high_assurance=False, group_visibility=GroupVisibility.authenticated, group_members_visibility=GroupMemberVisibility.members, join_requests=True, signup_fields=[], authentication_assurance_timeout=3600)
result["policies"] = groups.get_group_policies(group_id)["authentication_assurance_timeout"]
manager.invite_member(group_id, "${linus}", role=GroupRole.manager)
batch = BatchMembershipActions().add_members(["${World.confidentialClientId}"]).remove_members(["${linus}"]).change_roles("admin", ["${World.nativeClientId}"])
outcome = groups.batch_membership_action(group_id, batch)
result["batch"] = [outcome["add"][0]["status"], outcome["remove"][0]["status"], outcome["errors"]["change_role"][0]["code"]]
result["subscribed"] = groups.get_group_by_subscription_id("${university!.subscription!.id}")["group_id"]
groups.update_group(group_id, {"name": "renamed"})
result["deleted"] = groups.delete_group(group_id)["name"]
try:
    groups.get_group(group_id)
except globus_sdk.GroupsAPIError as error:
    result["error"] = [error.http_status, error.code]
manager.accept_invite("${university!.id}", "${rosalind}")
result["more"] = [g["name"] for g in groups.get_my_groups()]
`)
          expect(result).toEqual({
            mine: ["Observatory", "Night assistants"],
            invited: ["Example University"],
            members: ["rosalind@example.org", "linus@lab.example.edu"],
            policies: 3600,
            batch: ["active", "removed", "NOT_MEMBER"],
            subscribed: university!.id,
            deleted: "renamed",
            error: [404, "GROUP_NOT_FOUND"],
            more: ["Observatory", "Night assistants", "Example University"]
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "logs in anew where a group or a flow asks for it, and resumes what has waited for a consent",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import GroupsManager, GroupVisibility, GroupMemberVisibility, AuthClient
app = user_app(auto_redrive_gares=True)
auth = AuthClient(app=app, app_scopes=[AuthClient.scopes.manage_projects])
groups = GroupsClient(app=app, app_scopes=[GroupsClient.scopes.all])
flows = FlowsClient(app=app, app_scopes=[FlowsClient.scopes.all])
flow_id = "${moving!.id}"
flow = SpecificFlowClient(flow_id, app=app)
plain = GroupsClient(app=user_app(), app_scopes=[GroupsClient.scopes.all])
manager = GroupsManager(groups)
group_id = manager.create_group("high", "of high assurance")["id"]
manager.set_group_policies(group_id, is_high_assurance=True, group_visibility=GroupVisibility.private, group_members_visibility=GroupMemberVisibility.members, join_requests=False, signup_fields=[], authentication_assurance_timeout=2)
plain.get_my_groups()
time.sleep(2.2)
try:
    plain.get_group(group_id)
except globus_sdk.GroupsAPIError as error:
    gare = globus_sdk.gare.to_gare(error)
    result["stale"] = [error.http_status, gare.code, gare.authorization_parameters.session_required_identities]
result["fresh"] = groups.get_group(group_id)["enforce_session"]
project = auth.create_project("P", "p@example.org", admin_ids=["${rosalind}"])["project"]["id"]
policy = auth.create_policy(project_id=project, display_name="Timely", description="t", high_assurance=True, authentication_assurance_timeout=2)["policy"]["id"]
flows.update_flow(flow_id, authentication_policy_id=policy)
time.sleep(2.2)
place = {"id": "${cluster!.id}", "path": "/~/"}
run_id = flow.run_flow({"source": place, "destination": place})["run_id"]
def status():
    for _ in range(40):
        run = flows.get_run(run_id)
        if run["status"] != "ACTIVE":
            return run
        time.sleep(0.1)
inactive = status()
result["inactive"] = [inactive["status"], inactive["details"]["code"]]
app.login(auth_params=globus_sdk.gare.to_gare(inactive["details"]).authorization_parameters)
flow.resume_run(run_id)
result["resumed"] = status()["status"]
`)
          expect(result).toEqual({
            stale: [403, "AuthorizationRequired", [rosalind]],
            fresh: true,
            inactive: ["INACTIVE", "ConsentRequired"],
            resumed: "SUCCEEDED"
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "fills indices, and looks for entries, page by page and in scrolls",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import SearchQueryV1, SearchScrollQuery
search = SearchClient(app=user_app(), app_scopes=[SearchClient.scopes.all])
def subjects(pages):
    return [hit["subject"].split("/")[-1] for hit in pages]
result["simple"] = subjects(search.search("${images!.id}", "pinwheel", limit=1)["gmeta"])
result["paginated"] = len(list(search.paginated.post_search("${images!.id}", {"q": "*", "limit": 2}).items()))
query = SearchQueryV1(q="galaxy OR nebula", advanced=True, filters=[{"type": "range", "field_name": "exposure_seconds", "values": [{"gte": 600}]}], facets=[{"name": "kinds", "type": "terms", "field_name": "object.type", "size": 5}], sort=[{"field_name": "exposure_seconds", "order": "asc"}])
found = search.post_search("${images!.id}", query)
result["complex"] = subjects(found["gmeta"])
result["facets"] = [[b["value"], b["count"]] for b in found["facet_results"][0]["buckets"]]
index_id = search.create_index("Python", "made by Python")["id"]
def wait(task_id):
    for _ in range(50):
        task = search.get_task(task_id)
        if task["state"] in ("SUCCESS", "FAILED"):
            return task["state"]
        time.sleep(0.1)
entries = [{"subject": f"https://example.org/{n:02}", "visible_to": ["public"], "content": {"n": n}} for n in range(25)]
result["ingested"] = wait(search.ingest(index_id, {"ingest_type": "GMetaList", "ingest_data": {"gmeta": entries}})["task_id"])
result["scrolled"] = len(list(search.paginated.scroll(index_id, SearchScrollQuery(q="*", limit=10)).items()))
result["entry"] = search.get_entry(index_id, "https://example.org/07")["entries"][0]["content"]
result["deleted"] = wait(search.delete_by_query(index_id, {"q": "*", "filters": [{"type": "range", "field_name": "n", "values": [{"lt": 20}]}]})["task_id"])
result["left"] = search.get_index(index_id)["num_subjects"]
result["subject"] = wait(search.delete_subject(index_id, "https://example.org/24")["task_id"])
role_id = search.create_role(index_id, {"role_name": "writer", "principal": "urn:globus:auth:identity:${linus}"})["id"]
result["roles"] = [r["role_name"] for r in search.get_role_list(index_id)["role_list"]]
search.delete_role(index_id, role_id)
result["tasks"] = len(search.get_task_list(index_id)["tasks"])
search.delete_index(index_id)
result["indices"] = [[i["display_name"], i["status"]] for i in search.index_list()["index_list"]]
search.reopen_index(index_id)
def error_of(call):
    try:
        call()
    except globus_sdk.SearchAPIError as error:
        return [error.http_status, error.code]
result["missing"] = error_of(lambda: search.get_index("${rosalind}"))
result["wrong"] = error_of(lambda: search.ingest(index_id, {"ingest_type": "GMetaEntry", "ingest_data": {"subject": "x", "content": {}}}))
result["public"] = SearchClient().search("${images!.id}", "*")["total"]
`)
          expect(result).toEqual({
            simple: ["exposure-001.fits"],
            paginated: 5,
            complex: ["exposure-003.fits", "exposure-002.fits", "exposure-004.fits", "exposure-005.fits"],
            facets: [
              ["galaxy", 2],
              ["nebula", 2]
            ],
            ingested: "SUCCESS",
            scrolled: 25,
            entry: { n: 7 },
            deleted: "SUCCESS",
            left: 5,
            subject: "SUCCESS",
            roles: ["owner", "writer"],
            tasks: 3,
            indices: [
              ["Observatory Images", "open"],
              ["Python", "delete-pending"]
            ],
            missing: [404, "NotFound.NoSuchIndex"],
            wrong: [400, "BadRequest.ValidationError"],
            public: 4
          })
        }).pipe(Effect.provide(server)),
      slow
    )

    it.live(
      "sets timers, which transfer and run flows",
      () =>
        Effect.gen(function* () {
          const result = yield* inPython(`
from globus_sdk import TransferTimer, FlowTimer, OnceTimerSchedule, RecurringTimerSchedule
app = user_app()
timers = TimersClient(app=app)
transfer = TransferClient(app=app)
def copying(source, path):
    data = TransferData(source, "${tutorial2!.id}")
    data.add_item(path, "/~/by-timer")
    return data
def create(schedule, body, name):
    return timers.create_timer(TransferTimer(name=name, schedule=schedule, body=body))["timer"]
def ran(job_id):
    for _ in range(50):
        job = timers.get_job(job_id)
        if job["n_runs"] + job["n_errors"] > 0:
            return job
        time.sleep(0.1)
made = create(OnceTimerSchedule(), copying("${tutorial1!.id}", "/~/README.txt"), "python")
result["made"] = [made["status"], made["schedule"]["type"]]
once = ran(made["job_id"])
result["once"] = [once["n_runs"], once["status"], once["results"]["data"][0]["status"]]
result["task"] = transfer.task_wait(once["results"]["data"][0]["resource_id"], timeout=20, polling_interval=1)
result["labels"] = [t["label"] for t in transfer.task_list()]
recurring = create(RecurringTimerSchedule(interval_seconds=3600, end={"condition": "iterations", "count": 5}), copying("${cluster!.id}", "/~/.bashrc"), "hourly")["job_id"]
inactive = ran(recurring)
result["inactive"] = [inactive["status"], inactive["inactive_reason"]["cause"]]
gare = globus_sdk.gare.to_gare(inactive["inactive_reason"]["detail"])
timers.add_app_transfer_data_access_scope("${cluster!.id}")
app.login(auth_params=gare.authorization_parameters)
timers.resume_job(recurring, update_credentials=True)
time.sleep(0.1)
result["resumed"] = [timers.get_job(recurring)[key] for key in ("n_runs", "n_errors", "status")]
timers.pause_job(recurring)
result["paused"] = timers.get_job(recurring)["inactive_reason"]["cause"]
timers.update_job(recurring, {"name": "renamed"})
result["jobs"] = [job["name"] for job in timers.list_jobs(query_params={"filter_status": "inactive", "order": "name"})["jobs"]]
timers.delete_job(recurring)
timers.add_app_flow_user_scope("${archiving!.id}")
flow = timers.create_timer(FlowTimer(flow_id="${archiving!.id}", name="flow", schedule=OnceTimerSchedule(), body={"body": {"exposures": 2}}))["timer"]["job_id"]
result["run"] = [ran(flow)[key] for key in ("n_runs", "n_errors")]
result["runs"] = [run["label"] for run in FlowsClient(app=app).list_runs()["runs"]]
try:
    timers.get_job(recurring)
except globus_sdk.TimersAPIError as error:
    result["error"] = [error.http_status, error.code]
`)
          expect(result).toEqual({
            made: ["new", "once"],
            once: [1, "ended", 202],
            task: true,
            labels: ["python, run 1"],
            inactive: ["inactive", "globus_auth_requirements"],
            resumed: [1, 1, "active"],
            paused: "user",
            jobs: [nightly!.name, "renamed"],
            run: [1, 0],
            runs: ["flow"],
            error: [404, "NOT_FOUND"]
          })
        }).pipe(Effect.provide(server)),
      slow
    )
  })
}
