/** What transfers and deletions have in common when they are submitted. */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { given, type Input, SubmissionId } from "../../model/Id.ts"

const boolean = Schema.optional(Schema.Boolean)

export const fields = {
  submission_id: Schema.optional(given(SubmissionId)),
  label: Schema.optional(Schema.NullOr(Schema.String)),
  deadline: Schema.optional(Schema.NullOr(Schema.String)),
  notify_on_succeeded: boolean,
  notify_on_failed: boolean,
  notify_on_inactive: boolean,
  store_base_path_info: boolean
} as const

export interface Options {
  /** What the owner calls the task. */
  readonly label?: string | undefined
  /** Makes the submission safe to repeat. Default: got from Transfer when it is submitted. */
  readonly submission_id?: Input<SubmissionId> | undefined
  /** When Transfer gives up, as ISO 8601 text or as a `DateTime`. Default: Transfer's own. */
  readonly deadline?: string | DateTime.DateTime | undefined
  /** Whether to send a mail when it has succeeded. Default: true. */
  readonly notify_on_succeeded?: boolean | undefined
  /** Whether to send a mail when it has failed. Default: true. */
  readonly notify_on_failed?: boolean | undefined
  /** Whether to send a mail when it waits for its owner. Default: true. */
  readonly notify_on_inactive?: boolean | undefined
  /** Whether to keep the folder that all paths share with the task, for display. Default: false. */
  readonly store_base_path_info?: boolean | undefined
}

/** The deadline as Transfer reads it, where there is one. */
export const deadlineOf = (deadline: Options["deadline"]): { readonly deadline?: string } =>
  deadline === undefined
    ? {}
    : { deadline: typeof deadline === "string" ? deadline : DateTime.formatIsoOffset(deadline) }
