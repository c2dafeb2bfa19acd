/**
 * The DNS name of an endpoint or of a collection, if its administrators have one of their own, and the certificate that
 * goes with it: given as text, or as a path of a file on the nodes.
 *
 * ```ts
 * import type { DomainData } from "@effect-globus/sdk/gcs"
 *
 * const domain: DomainData = {
 *   domain_name: "data.example.edu",
 *   wildcard: false,
 *   certificate_path: "/etc/pki/data.pem",
 *   private_key_path: "/etc/pki/data.key"
 * }
 * ```
 *
 * Docs: https://docs.globus.org/globus-connect-server/v5.4/api/schemas/Domain_schema
 */
import * as Schema from "effect/Schema"
import * as DataType from "./internal/dataType.ts"
import * as Field from "./internal/field.ts"

// -----------------------------------------------------------------------------
// models
// -----------------------------------------------------------------------------

const fields = {
  /** Whether the certificate is for all names below. */
  wildcard: Field.flag,
  certificate: Field.text,
  certificate_path: Field.text,
  certificate_chain: Field.text,
  certificate_chain_path: Field.text,
  private_key: Field.secret,
  private_key_path: Field.text
}

/** A DNS name and its certificate. */
export const Domain = DataType.received("domain", {
  domain_name: Schema.String,
  ...Field.received(fields)
})
export type Domain = typeof Domain.Type

// -----------------------------------------------------------------------------
// payloads
// -----------------------------------------------------------------------------

/** A DNS name and its certificate, to be used. */
export const DomainData = DataType.sent("domain", {
  domain_name: Schema.NonEmptyString,
  ...Field.sent(fields)
})
export type DomainData = typeof DomainData.Type
