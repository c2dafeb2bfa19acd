/**
 * The operations on the nodes of an endpoint.
 *
 * ```ts
 * import { GcsApi } from "@effect-globus/sdk/gcs"
 *
 * GcsApi.groups.nodes.endpoints.listNodes.path // "/api/nodes"
 * ```
 */
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Document from "../../model/Document.ts"
import { NodeId } from "../../model/Id.ts"
import * as Operation from "../../service/Operation.ts"
import * as Paging from "../../service/Paging.ts"
import * as Query from "../../service/Query.ts"
import { page } from "../internal/page.ts"
import { Node, NodeData } from "../NodeDocument.ts"
import { ResultDocument, resultOf, resultWith } from "../ResultDocument.ts"
import { unpacks } from "../Unpacked.ts"

const params = { node_id: NodeId } as const

/** Whether the answer has the node in it as it is then. */
const include = { include: Query.commas(Document.openLiterals(["node"])) } as const

export const listNodes = Operation.get("listNodes", "/api/nodes", {
  query: page,
  success: resultOf(Node)
}).pipe(Operation.paged(Paging.marker("data")))

export const createNode = Operation.post("createNode", "/api/nodes", {
  query: {},
  payload: NodeData,
  success: resultWith({ name: "node", schema: Node })
}).pipe(unpacks("node"))

export const getNode = Operation.get("getNode", "/api/nodes/:node_id", {
  params,
  query: {},
  success: resultWith({ name: "node", schema: Node })
}).pipe(unpacks("node"))

export const updateNode = Operation.patch("updateNode", "/api/nodes/:node_id", {
  params,
  query: include,
  payload: NodeData,
  success: resultOf(Node),
  idempotent: true
})

export const replaceNode = Operation.put("replaceNode", "/api/nodes/:node_id", {
  params,
  query: include,
  payload: NodeData,
  success: resultOf(Node)
})

export const deleteNode = Operation.del("deleteNode", "/api/nodes/:node_id", {
  params,
  query: {},
  success: ResultDocument
})

/** The operations on nodes. */
export const Nodes = HttpApiGroup.make("nodes").add(
  listNodes,
  createNode,
  getNode,
  updateNode,
  replaceNode,
  deleteNode
)
