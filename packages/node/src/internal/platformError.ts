/** What went wrong with a file, in words. */
import type { PlatformError } from "effect/PlatformError"

/** What the system said, such as `ENOSPC: no space left on device, write`. */
export const describe = ({ reason }: PlatformError): string => {
  const { cause, description } = reason
  return cause instanceof Error ? cause.message : (description ?? reason._tag)
}
