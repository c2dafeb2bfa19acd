/** The action providers that timers of the old kind call, as far as they are part of the simulation. */

type Body = { readonly [field: string]: unknown }

/** What a call comes to. */
export type Action =
  | { readonly _tag: "Transfer"; readonly body: Body }
  | { readonly _tag: "Flow"; readonly flow: string; readonly body: Body }
  | { readonly _tag: "Unknown" }

/** Where transfers are started. */
export const transferUrl = "https://transfer.actions.globus.org/transfer/run"

/** Where runs of a flow are started. */
export const flowUrl = (flow: string): string => `https://flows.globus.org/flows/${flow}/run`

const transferUrls =
  /^https:\/\/(transfer\.actions\.globus\.org\/transfer|actions(\.automate)?\.globus\.org\/transfer\/transfer)(\/run)?\/?$/

const flowUrls = /^https:\/\/flows\.(?:automate\.)?globus\.org\/flows\/([0-9a-f-]{36})(?:\/run)?\/?$/i

const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A transfer as its action provider takes it, as Transfer does. */
const transferOf = ({
  destination_endpoint_id,
  source_endpoint_id,
  transfer_items,
  ...body
}: Body): Body => ({
  ...body,
  ...(source_endpoint_id === undefined ? {} : { source_endpoint: source_endpoint_id }),
  ...(destination_endpoint_id === undefined ? {} : { destination_endpoint: destination_endpoint_id }),
  ...(transfer_items === undefined ? {} : { DATA: transfer_items })
})

/** What calling a URL with a body does. */
export const read = (url: string, sent: Body): Action => {
  const inner = sent["body"]
  const body = isBody(inner) ? inner : {}
  if (transferUrls.test(url)) return { _tag: "Transfer", body: transferOf(body) }
  const [, flow] = flowUrls.exec(url) ?? []
  return flow === undefined ? { _tag: "Unknown" } : { _tag: "Flow", flow: flow.toLowerCase(), body: sent }
}
